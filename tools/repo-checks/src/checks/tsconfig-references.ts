import { posix } from 'node:path';
import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import type { Repository, Workspace } from '../repository.ts';

/** `tsc -b` builds in the right order only if references repeat the workspace dependencies. */
export const tsconfigReferences: RepoCheck = { name: 'tsconfig references', run };

function run(repository: Repository): CheckResult {
  const compiled = repository.workspaces.filter(({ directory }) =>
    repository.exists(`${directory}/tsconfig.json`),
  );
  return {
    scope: `${compiled.length} projects`,
    findings: [
      ...rootFindings(repository, compiled),
      ...compiled.flatMap((workspace) => workspaceFindings(repository, compiled, workspace)),
    ],
  };
}

function rootFindings(repository: Repository, compiled: readonly Workspace[]): readonly Finding[] {
  const listed = referencesOf(repository, '');
  const directories = compiled.map(({ directory }) => directory);
  return [
    ...directories
      .filter((directory) => !listed.includes(directory))
      .map((directory) => ({
        file: 'tsconfig.json',
        what: `does not list ${directory}`,
        mend: `add { "path": "${directory}" } to its references`,
      })),
    ...dangling('tsconfig.json', listed, directories),
  ];
}

function workspaceFindings(
  repository: Repository,
  compiled: readonly Workspace[],
  workspace: Workspace,
): readonly Finding[] {
  const file = `${workspace.directory}/tsconfig.json`;
  const own = referencesOf(repository, workspace.directory);
  // A part of a workspace may be a project of its own, e.g. to be built without the DOM's types.
  const parts = own.filter(
    (directory) =>
      directory.startsWith(`${workspace.directory}/`) && repository.exists(`${directory}/tsconfig.json`),
  );
  const listed = [...own, ...parts.flatMap((part) => referencesOf(repository, part))].filter(
    (directory) => !parts.includes(directory),
  );
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = workspace.manifest;
  const directoriesOf = (...lists: readonly (Readonly<Record<string, string>> | undefined)[]) =>
    compiled
      .filter(({ manifest }) => lists.some((list) => Object.hasOwn(list ?? {}, manifest.name ?? '')))
      .map(({ directory }) => directory);
  const needed = directoriesOf(dependencies, optionalDependencies, peerDependencies);
  // Tests may need a package that itself depends on this one, which a reference would turn into a cycle.
  const allowed = [...needed, ...directoriesOf(devDependencies)];
  return [
    ...needed
      .filter((directory) => !listed.includes(directory))
      .map((directory) => ({
        file,
        what: `has no reference to ${directory}, on which the package depends`,
        mend: `add { "path": "${posix.relative(workspace.directory, directory)}" } to its references`,
      })),
    ...dangling(
      file,
      listed,
      compiled.map(({ directory }) => directory),
    ),
    ...listed
      .filter((directory) => !allowed.includes(directory))
      .filter((directory) => compiled.some((other) => other.directory === directory))
      .map((directory) => ({
        file,
        what: `refers to ${directory}, on which the package does not depend`,
        mend: 'remove the reference or declare the dependency',
      })),
  ];
}

function dangling(file: string, listed: readonly string[], projects: readonly string[]): readonly Finding[] {
  return listed
    .filter((directory) => !projects.includes(directory))
    .map((directory) => ({
      file,
      what: `refers to ${directory}, which is no project of a workspace`,
      mend: 'remove the reference',
    }));
}

function referencesOf(repository: Repository, directory: string): readonly string[] {
  const config = repository.json(posix.join(directory, 'tsconfig.json')) as {
    readonly references?: readonly { readonly path: string }[];
  };
  return (config.references ?? []).map(({ path }) => posix.join(directory, path));
}
