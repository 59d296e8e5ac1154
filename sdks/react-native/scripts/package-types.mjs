/**
 * Declarations of the published package. Integrators get no other package of the project, so what is referred to in
 * one is copied beside them; the barrels of those packages are looked through, so that nothing else comes along.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const fromStatement = /^(import|export)\s+(type\s+)?(\{[^}]*\}|\*)\s+from\s+'([^']+)';$/gm;
const sideEffectImport = /^import '[^']+';\n/gm;
const sourceMapComment = /\n\/\/# sourceMappingURL=.*\n?$/;

const declarationBeside = (file, specifier) => join(dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts'));

/** `{ type A, B as C }` as entries of source name, exported name and whether it is a type alone. */
const namesIn = (braces, isTypeStatement) =>
  braces
    .slice(1, -1)
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const [, type, source, as] = /^(type\s+)?(\S+)(?:\s+as\s+(\S+))?$/.exec(text);
      return { isType: Boolean(type) || Boolean(isTypeStatement), source, exported: as ?? source };
    });

/** Declarations of a package's entry, by the `exports` of its manifest. */
const entryOf = (modules, specifier) => {
  const [scope, name, ...rest] = specifier.split('/');
  const folder = join(modules, scope, name);
  if (!scope.startsWith('@') || !existsSync(folder))
    throw new Error(`${specifier} is not part of the project`);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { types } = manifest.exports[rest.length === 0 ? '.' : `./${rest.join('/')}`];
  return realpathSync(join(folder, types));
};

/** The file that declares a name, looked for through re-exports. */
const declaringFile = (file, name) => {
  const text = readFileSync(file, 'utf8');
  if (
    new RegExp(`^export (declare )?(abstract )?(class|const|function|interface|type) ${name}\\b`, 'm').test(
      text,
    )
  )
    return { file, name };
  for (const [, keyword, isType, what, specifier] of text.matchAll(fromStatement)) {
    if (keyword !== 'export' || !specifier.startsWith('.')) continue;
    const target = declarationBeside(file, specifier);
    if (what === '*') {
      const found = declaringFile(target, name);
      if (found) return found;
      continue;
    }
    const match = namesIn(what, isType).find(({ exported }) => exported === name);
    if (match) return declaringFile(target, match.source);
  }
  return undefined;
};

/**
 * Copies the declarations behind an entry.
 *
 * @param {{ entry: string, workspaces: string, modules: string, out: string }} options `workspaces`: folder that all
 * files lie under; `modules`: the `node_modules` that names the project's packages.
 * @returns path of the entry's copy, relative to `out`.
 */
export const copyTypes = async ({ entry, workspaces, modules, out }) => {
  const placeOf = (file) => relative(workspaces, file).replace('/dist/', '/');
  const pending = [entry];
  const seen = new Set();

  const pathTo = (from, file) => {
    pending.push(file);
    const path = relative(dirname(placeOf(from)), placeOf(file)).replace(/\.d\.ts$/, '.js');
    return path.startsWith('.') ? path : `./${path}`;
  };
  const rewritten = (from, [statement, keyword, isType, what, specifier]) => {
    if (specifier.startsWith('.')) {
      return statement.replace(`'${specifier}'`, `'${pathTo(from, declarationBeside(from, specifier))}'`);
    }
    const statements = namesIn(what, isType).map(({ isType: typeAlone, source, exported }) => {
      const found = declaringFile(entryOf(modules, specifier), source);
      if (!found) throw new Error(`${specifier} does not export ${source}`);
      const renamed = found.name === exported ? exported : `${found.name} as ${exported}`;
      return `${keyword}${typeAlone ? ' type' : ''} { ${renamed} } from '${pathTo(from, found.file)}';`;
    });
    return statements.join('\n');
  };

  while (pending.length > 0) {
    const file = pending.pop();
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8').replace(sourceMapComment, '\n').replace(sideEffectImport, '');
    const copy = text.replace(fromStatement, (...match) => rewritten(file, match));
    if (/import\('/.test(copy)) throw new Error(`${file} imports in place, which is not followed`);
    await mkdir(dirname(join(out, placeOf(file))), { recursive: true });
    await writeFile(join(out, placeOf(file)), copy);
  }
  return placeOf(entry);
};
