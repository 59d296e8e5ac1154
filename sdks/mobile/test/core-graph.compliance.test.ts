import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sdkVersion } from '../src/sdk-version.ts';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
const nodeModules = join(packageFolder, '..', '..', 'node_modules');

/** Resolves what our built files import: relative files and workspace packages by their `exports`. */
const resolveImport = (specifier: string, from: string): string | undefined => {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const own = /^(@openrecognize\/[^/]+|@keyless\/[^/]+)(\/.+)?$/.exec(specifier);
  if (!own) return undefined;
  const folder = join(nodeModules, own[1]!);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, manifest.exports[`.${own[2] ?? ''}`].default);
};

/** Every module the built entry reaches, and every specifier outside the workspace. */
const walk = (entry: string) => {
  const files = new Set<string>();
  const outside = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      const target = resolveImport(specifier!, file);
      if (target) visit(target);
      else outside.add(specifier!);
    }
  };
  visit(entry);
  return { files: [...files], outside: [...outside] };
};

const entry = join(packageFolder, 'dist', 'index.js');

it('reaches neither Node nor the server side of the protocol from its main entry', () => {
  expect(existsSync(entry)).toBe(true);
  const { files, outside } = walk(entry);
  expect(files.length).toBeGreaterThan(50);
  expect(outside.filter((specifier) => !/^typebox(\/|$)/.test(specifier))).toEqual([]);
  expect(files.filter((file) => /zkb\/dist\/(server|node)\//.test(file))).toEqual([]);
  expect(files.filter((file) => /biometrics\/dist\//.test(file))).toEqual([]);
});

it('does reach Node from its Node entry, so that the walk above is one', () => {
  const { outside } = walk(join(packageFolder, 'dist', 'node', 'index.js'));
  expect(outside).toContain('node:crypto');
});

it('registers devices under the version of the package', () => {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  expect(sdkVersion).toBe(manifest.version);
});
