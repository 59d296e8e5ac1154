import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openRepository, type Repository } from '../src/repository.ts';

const ROOT_MANIFEST = { name: 'fixture', workspaces: ['packages/*', 'services/*', 'sdks/*', 'e2e'] };

/** A small repository in a temporary directory, removed when the test ends. Values that are no text become JSON. */
export function fixtureRepository(files: Readonly<Record<string, unknown>>): Repository {
  const root = mkdtempSync(join(tmpdir(), 'repo-checks-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ 'package.json': ROOT_MANIFEST, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return openRepository(root);
}

export interface FixturePackage {
  readonly dependencies?: readonly string[];
  readonly exports?: unknown;
  /** Emitted modules by path below `dist`, each with a source of the same name. */
  readonly modules: Readonly<Record<string, string>>;
}

/** Files of a built workspace, for use with `fixtureRepository`. Its name is `@x/<last part of the directory>`. */
export function builtPackage(directory: string, fixture: FixturePackage): Readonly<Record<string, unknown>> {
  const dependencies = Object.fromEntries((fixture.dependencies ?? []).map((name) => [name, '1.0.0']));
  const modules = Object.entries(fixture.modules).flatMap(([path, code]) => [
    [`${directory}/dist/${path}`, code],
    [`${directory}/src/${path.replace(/\.js$/, '.ts')}`, ''],
  ]);
  return {
    [`${directory}/package.json`]: {
      name: `@x/${directory.split('/').at(-1)}`,
      exports: fixture.exports ?? { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      dependencies,
    },
    [`${directory}/tsconfig.json`]: {},
    ...Object.fromEntries(modules),
  };
}
