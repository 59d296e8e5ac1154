import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import type { PackageManifest, Repository } from '../repository.ts';

const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const LOCKFILE = 'package-lock.json';

/** Dependencies are pinned exactly, and the lockfile names no registry host, so that any mirror serves. */
export const packageHygiene: RepoCheck = { name: 'pinned dependencies', run };

function run(repository: Repository): CheckResult {
  const manifests = [
    'package.json',
    ...repository.workspaces.map(({ directory }) => `${directory}/package.json`),
  ];
  return {
    scope: `${manifests.length} manifests`,
    findings: [
      ...manifests.flatMap((file) => unpinned(file, repository.json(file) as PackageManifest)),
      ...(repository.exists(LOCKFILE) ? hostsInLockfile(repository.json(LOCKFILE)) : []),
    ],
  };
}

function unpinned(file: string, manifest: PackageManifest): readonly Finding[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  return [dependencies, devDependencies, optionalDependencies, peerDependencies]
    .flatMap((list) => Object.entries(list ?? {}))
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => ({
      file,
      what: `asks for ${name} ${version}, which is no exact version`,
      mend: 'pin one version, such as 1.2.3',
    }));
}

function hostsInLockfile(lockfile: unknown): readonly Finding[] {
  const packages = (
    lockfile as { readonly packages?: Readonly<Record<string, { readonly resolved?: string }>> }
  ).packages;
  return Object.entries(packages ?? {})
    .filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:/.test(resolved))
    .map(([path]) => ({
      file: LOCKFILE,
      what: `${path} names the host it was fetched from`,
      mend: 'write the lockfile with omit-lockfile-registry-resolved=true',
    }));
}
