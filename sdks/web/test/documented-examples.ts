import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An `@example` of a docstring, as a module of its own. */
export interface DocumentedExample {
  readonly file: string;
  /** TypeScript, with the imports it needs. */
  readonly code: string;
  /** What it says it logs. */
  readonly logs: readonly string[];
}

const source = join(import.meta.dirname, '../src');

/** All examples of the sources. `exportsOf` names the entry's exports, so that imports can be written. */
export function documentedExamples(
  entries: Readonly<Record<string, readonly string[]>>,
): readonly DocumentedExample[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*\*\//g)]
        .flatMap(([comment]) => exampleOf(comment))
        .map((body) => ({
          file,
          code: `${importsFor(body, entries)}\n${body}\n`,
          logs: [...body.matchAll(/\/\/ logs (\w+)/g)].map(([, text]) => text),
        })),
    );
}

function exampleOf(comment: string): readonly string[] {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, ''));
  const start = lines.findIndex((line) => line.startsWith('@example'));
  if (start < 0) {
    return [];
  }
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^(@\w+|\/)/.test(line));
  return [rest.slice(0, end < 0 ? rest.length : end).join('\n')];
}

function importsFor(body: string, entries: Readonly<Record<string, readonly string[]>>): string {
  const words = new Set(body.match(/\w+/g));
  return Object.entries(entries)
    .map(([specifier, names]) => ({ specifier, used: names.filter((name) => words.has(name)) }))
    .filter(({ used }) => used.length > 0)
    .map(({ specifier, used }) => `import { ${used.join(', ')} } from '${specifier}'`)
    .join('\n');
}
