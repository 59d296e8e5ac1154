import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const helmFolder = fileURLToPath(new URL('..', import.meta.url));
export const chartFolder = join(helmFolder, 'openrecognize');
export const rootFolder = join(helmFolder, '..', '..');

/** Sets of values that stand for a kind of installation: `openrecognize/ci/<name>-values.yaml`. */
export const installations = ['small', 'production', 'openshift'] as const;
export type Installation = (typeof installations)[number];

/** The folder of helm and kubectl, fetched if need be; or the reason why there is none. */
export const findHelm = (): { readonly folder: string } | { readonly reason: string } => {
  try {
    const script = join(helmFolder, 'install-helm.mjs');
    return {
      folder: execFileSync(process.execPath, [script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).trim(),
    };
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    return { reason: stderr?.trim().split('\n').at(-1) || 'skipped: helm cannot be had here' };
  }
};

/** What a program prints. @throws with all it printed when it does not succeed */
export const runProgram = (file: string, args: readonly string[]): string => {
  try {
    return execFileSync(file, args, { encoding: 'utf8', cwd: helmFolder, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${stdout}${stderr}`);
  }
};

/** A Kubernetes object, as far as the tests look at it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the kind; kubernetes-models checks it
  readonly spec?: any;
  readonly [key: string]: unknown;
}

export const valuesFile = (installation: Installation): string =>
  join(chartFolder, 'ci', `${installation}-values.yaml`);

/** All objects of an installation named `or`. */
export const renderChart = (
  folder: string,
  installation: Installation,
  more: readonly string[] = [],
): readonly KubernetesObject[] => {
  const args = [
    'template',
    'or',
    chartFolder,
    '--namespace',
    'recognize',
    '--values',
    valuesFile(installation),
  ];
  return parseObjects(runProgram(join(folder, 'helm'), [...args, ...more]));
};

export const parseObjects = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);

/** One workload of files/topology.yaml. */
export interface WorkloadFacts {
  readonly port: number;
  readonly calls: readonly string[];
  readonly health?: readonly string[];
  readonly peers?: boolean;
  readonly public: boolean;
  readonly destinations: readonly string[];
}

export const topology = parse(readFileSync(join(chartFolder, 'files', 'topology.yaml'), 'utf8')) as Readonly<
  Record<string, WorkloadFacts>
>;

/** Folder of a workload's program in the repository. */
export const programFolder = (workload: string): string =>
  join(rootFolder, workload === 'admin-dashboard' ? 'apps' : 'services', workload);

/** Whom a rule of a network policy lets in or out. */
export interface PolicyPeer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
}

/** One rule of a network policy. */
export interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports: readonly { readonly port: number }[];
}

/** The workload a peer stands for; undefined where it is an address or a namespace. */
export const nameOfPeer = ({ podSelector }: PolicyPeer): string | undefined =>
  podSelector?.matchLabels['app.kubernetes.io/name'];
