import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PackageManifest {
  readonly name?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Workspace {
  /** Directory relative to the root, with forward slashes, e.g. `packages/bytes`. */
  readonly directory: string;
  readonly manifest: PackageManifest;
}

/** Read-only view of one work tree; file lists and texts are read once. */
export interface Repository {
  readonly root: string;
  readonly workspaces: readonly Workspace[];
  /** Files under version control or about to be: ignored ones are left out. Relative paths, sorted. */
  readonly files: readonly string[];
  exists(path: string): boolean;
  text(path: string): string;
  /** @throws SyntaxError if the file is no JSON */
  json(path: string): unknown;
}

const NEVER_TRACKED = new Set(['.git', 'node_modules', 'dist', 'build', 'coverage']);

export function openRepository(root: string): Repository {
  const texts = new Map<string, string>();
  const text = (path: string): string => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const read = readFileSync(join(root, path), 'utf8');
    texts.set(path, read);
    return read;
  };
  const exists = (path: string): boolean => existsSync(join(root, path));
  const json = (path: string): unknown => JSON.parse(text(path));
  const manifest = json('package.json') as PackageManifest;
  const workspaces = (manifest.workspaces ?? [])
    .flatMap((pattern) => expandWorkspace(root, pattern))
    .filter((directory) => exists(`${directory}/package.json`))
    .map((directory) => ({ directory, manifest: json(`${directory}/package.json`) as PackageManifest }));
  return { root, workspaces, files: listFiles(root), exists, text, json };
}

/** Supports the two forms npm documents and we use: `dir` and `dir/*`. */
function expandWorkspace(root: string, pattern: string): readonly string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}

function listFiles(root: string): readonly string[] {
  if (!existsSync(join(root, '.git'))) return walk(root, '').sort();
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  return [...paths].filter((path) => existsSync(join(root, path))).sort();
}

/** Fallback for a tree without version control, such as an unpacked archive. */
function walk(root: string, directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (NEVER_TRACKED.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}
