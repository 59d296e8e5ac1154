import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import type { Repository, Workspace } from '../repository.ts';
import { importsOf } from './imports-of.ts';
import { resolveExports } from './resolve-exports.ts';

/**
 * The built modules and what they import. An id is a path (`packages/bytes/dist/hex.js`), `npm:<package>` or
 * `node:<builtin>`.
 */
export interface ModuleGraph {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  /** Modules that import something whose name is known at run time only. */
  readonly computed: readonly string[];
  /** Imports that lead to no file: module id and specifier. */
  readonly unresolved: readonly { readonly module: string; readonly specifier: string }[];
  /** Workspaces that have sources and no built module. */
  readonly unbuilt: readonly string[];
}

export function buildModuleGraph(repository: Repository): ModuleGraph {
  const byName = new Map(repository.workspaces.map((workspace) => [workspace.manifest.name, workspace]));
  const edges = new Map<string, readonly string[]>();
  const computed: string[] = [];
  const unresolved: { module: string; specifier: string }[] = [];
  const unbuilt: string[] = [];

  const visit = (module: string, workspace: Workspace) => {
    const { specifiers, hasComputedImport } = importsOf(repository.text(module));
    if (hasComputedImport) computed.push(module);
    const targets = specifiers.flatMap((specifier) => {
      const found = resolve(specifier, module, workspace, byName);
      const existing = found.filter((id) => /^(?:npm|node):/.test(id) || repository.exists(id));
      if (existing.length === 0) unresolved.push({ module, specifier });
      return existing;
    });
    edges.set(module, [...new Set(targets)]);
  };

  for (const workspace of repository.workspaces) {
    if (!repository.exists(`${workspace.directory}/tsconfig.json`)) continue;
    const modules = builtModules(repository, workspace.directory);
    if (modules.length === 0) unbuilt.push(workspace.directory);
    for (const module of modules) visit(module, workspace);
  }
  return { edges, computed, unresolved, unbuilt };
}

/** Emitted modules whose source still exists; the compiler leaves those of deleted sources behind. */
function builtModules(repository: Repository, directory: string): readonly string[] {
  if (!repository.exists(`${directory}/dist`)) return [];
  return readdirSync(join(repository.root, directory, 'dist'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.js'))
    .filter((path) => {
      const source = `${directory}/src/${path.slice(0, -'.js'.length)}`;
      return repository.exists(`${source}.ts`) || repository.exists(`${source}.tsx`);
    })
    .map((path) => `${directory}/dist/${path}`);
}

function resolve(
  specifier: string,
  module: string,
  workspace: Workspace,
  byName: ReadonlyMap<string | undefined, Workspace>,
): readonly string[] {
  if (specifier.startsWith('.')) return [posix.join(posix.dirname(module), specifier)];
  if (specifier.startsWith('#')) {
    return resolveExports(workspace.manifest.imports, specifier).map((path) =>
      posix.join(workspace.directory, path),
    );
  }
  if (isBuiltin(specifier)) return [specifier.startsWith('node:') ? specifier : `node:${specifier}`];
  const name = packageNameOf(specifier);
  const target = byName.get(name);
  if (target === undefined) return [`npm:${name}`];
  return resolveExports(target.manifest.exports, `.${specifier.slice(name.length)}`).map((path) =>
    posix.join(target.directory, path),
  );
}

function packageNameOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
}

/** The shortest chain of imports from a module to one that satisfies the test, both ends included. */
export function shortestPath(
  graph: ModuleGraph,
  from: string,
  isTarget: (id: string) => boolean,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  // A Map iterates over what is added meanwhile, so it serves as the queue of a breadth-first search.
  for (const id of cameFrom.keys()) {
    if (id !== from && isTarget(id)) return chainTo(id, cameFrom);
    for (const next of graph.edges.get(id) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, id);
  }
  return undefined;
}

function chainTo(id: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const chain = [id];
  for (let previous = cameFrom.get(id); previous !== undefined; previous = cameFrom.get(previous)) {
    chain.unshift(previous);
  }
  return chain;
}
