import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const src = new URL('../src/', import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const importsOf = (name: string) =>
  [...readFileSync(new URL(name, src), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    (found) => found[1]!,
  );

describe('imports of garbled-circuits', () => {
  it('are its own files and bytes, and Node only below src/node', () => {
    const foreign = files.flatMap((name) =>
      importsOf(name)
        .filter((specifier) => !specifier.startsWith('.') && specifier !== '@openrecognize/bytes')
        .map((specifier) => `${name.replaceAll('\\', '/')} -> ${specifier}`),
    );
    expect(foreign).toEqual(['node/node-aes-batch.ts -> node:crypto']);
  });

  it('lead from no other folder into src/node', () => {
    const leaks = files.filter(
      (name) => !name.startsWith('node') && importsOf(name).some((specifier) => specifier.includes('node/')),
    );
    expect(leaks).toEqual([]);
  });

  it('are the only way to the host: no process, Buffer, clock or random source in the source', () => {
    const hosts = /\b(process|Buffer|Date|performance|Math\.random|globalThis|crypto\.)\b/;
    const users = files
      .filter((name) => !name.startsWith('node'))
      .filter((name) => {
        const code = readFileSync(new URL(name, src), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
        return hosts.test(code.replaceAll(/'[^']*'/g, ''));
      });
    expect(users).toEqual([]);
  });
});
