import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NativePlatform } from '@openrecognize/contracts';
import { UsageError } from './cli-failure.ts';

/** Options every command takes, as given. */
export interface GlobalOptions {
  readonly host?: string;
  readonly operations?: string;
  readonly apiKey?: string;
  readonly secretKey?: string;
  readonly home?: string;
  readonly json?: boolean;
  readonly platform?: NativePlatform;
}

/** Where things are. Each getter throws UsageError when nobody said so. */
export interface CliSettings {
  readonly platform: NativePlatform;
  readonly isJson: boolean;
  /** Folder with one encrypted store for each name. */
  readonly home: string;
  readonly passphrase: string | undefined;
  coreDaemon(): { readonly url: string; readonly apiKey: string };
  operations(): { readonly url: string; readonly secretKey: string };
  /** The same, undefined where nothing is known. */
  operationsIfKnown(): { readonly url: string; readonly secretKey: string } | undefined;
}

/** What `npm start` leaves for tools beside its data. */
interface DemoTenant {
  readonly coreDaemonUrl?: string;
  readonly operationsUrl?: string;
  readonly mobileApiKey?: string;
  readonly secretApiKey?: string;
}

const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

const readDemoTenant = (dataFolder: string): DemoTenant => {
  const file = join(dataFolder, 'demo-tenant.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new UsageError(`${file} cannot be read: ${code}`);
  }
  try {
    return JSON.parse(text) as DemoTenant;
  } catch {
    throw new UsageError(`${file} is no JSON; start the demo again with 'npm start', which writes it`);
  }
};

const checkedUrl = (url: string, option: string): string => {
  if (/^https?:\/\/[^/\s?#]+(\/[^\s?#]*)?$/.test(url)) return url.replace(/\/+$/, '');
  throw new UsageError(`${option} takes an http(s) base URL`);
};

const missing = (what: string, option: string): UsageError =>
  new UsageError(`${what} is not known: run 'npm start' first, or give ${option}`);

/**
 * Settings from the options, and from what `npm start` wrote for what they leave open.
 *
 * @param root repository with the `.data` folder, unless OPENRECOGNIZE_DATA_DIR names another one.
 */
export const createCliSettings = (
  options: GlobalOptions,
  environment: Readonly<Record<string, string | undefined>>,
  root = repositoryRoot,
): CliSettings => {
  let tenant: DemoTenant | undefined;
  // The variable that moves the data of `npm start`.
  const moved = environment['OPENRECOGNIZE_DATA_DIR'];
  const dataFolder = moved ? resolve(moved) : join(root, '.data');
  const demo = (): DemoTenant => {
    tenant ??= readDemoTenant(dataFolder);
    return tenant;
  };
  const operationsIfKnown = () => {
    const url = options.operations ?? demo().operationsUrl;
    const secretKey = options.secretKey ?? demo().secretApiKey;
    return url === undefined || secretKey === undefined
      ? undefined
      : { url: checkedUrl(url, '--operations'), secretKey };
  };
  return {
    platform: options.platform ?? 'android',
    isJson: options.json ?? false,
    home: options.home === undefined ? join(dataFolder, 'cli') : resolve(options.home),
    passphrase: environment['RECOGNIZE_PASSPHRASE'] || undefined,
    coreDaemon: () => {
      const url = options.host ?? demo().coreDaemonUrl;
      const apiKey = options.apiKey ?? demo().mobileApiKey;
      if (url === undefined) throw missing('the core-daemon', '--host');
      if (apiKey === undefined) throw missing('the mobile API key', '--api-key');
      return { url: checkedUrl(url, '--host'), apiKey };
    },
    operations: () => {
      const known = operationsIfKnown();
      if (!known) throw missing('the operations-service', '--operations and --secret-key');
      return known;
    },
    operationsIfKnown,
  };
};
