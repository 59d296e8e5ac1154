import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** How authentications are begun. */
export type LoadMode =
  | { readonly kind: 'closed'; readonly authsPerUser: number; readonly concurrencies: readonly number[] }
  | { readonly kind: 'open'; readonly ratePerSecond: number; readonly durationSeconds: number }
  /** Without a rate: four fifths of what a short closed loop reaches. */
  | {
      readonly kind: 'soak';
      readonly minutes: number;
      readonly ratePerSecond?: number;
      readonly concurrency: number;
    };

export interface LoadSettings {
  readonly target: { readonly coreDaemonUrl: string; readonly mobileApiKey: string };
  readonly users: number;
  readonly warmupCount: number;
  /** Share of authentications that show another face. */
  readonly strangerShare: number;
  readonly mode: LoadMode;
  /** Services whose memory is watched, by name. */
  readonly metricsUrls: ReadonlyMap<string, string>;
  readonly jsonFile?: string;
  readonly htmlFile?: string;
}

/** An argument is missing or malformed. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export const usage = `Measures the protocol times of a running stack with simulated users (random codes, no images).

  npm run bench:auth -- [--users 10] [--auths 30] [--concurrency 1,8]
  npm run bench:auth -- --rate 40 --duration 60        open loop: so many a second, timed from when each was due
  npm run bench:auth -- --soak 10 [--rate 40]          memory of the services and rules about circuits over minutes

--tenant FILE      address and keys, as 'npm start' writes them; default .data/demo-tenant.json,
                   or below OPENRECOGNIZE_DATA_DIR
--warmup 3         authentications of each user before the measurement, not counted
--impostors 5%     share of authentications with another face; they must be refused and are counted apart
--metrics A=URL,.. services whose memory a soak watches; default: those the tenant's file names
--json FILE, --html FILE   the report with all values, and as a page with plots`;

const options = {
  users: { type: 'string', default: '10' },
  auths: { type: 'string', default: '30' },
  concurrency: { type: 'string' },
  warmup: { type: 'string', default: '3' },
  rate: { type: 'string' },
  duration: { type: 'string', default: '60' },
  soak: { type: 'string' },
  impostors: { type: 'string', default: '0%' },
  metrics: { type: 'string' },
  json: { type: 'string' },
  html: { type: 'string' },
  tenant: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const numberOf = (name: string, text: string, least: number, most: number, whole: boolean): number => {
  const value = Number(text);
  if (text !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new SettingsError(
    `--${name} takes ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`,
  );
};
const countOf = (name: string, text: string): number => numberOf(name, text, 1, 100_000, true);

const shareOf = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (!match) throw new SettingsError('--impostors takes a share such as 5%');
  return numberOf('impostors', match[1]!, 0, 50, false) / 100;
};

const readTenant = (file: string): Readonly<Record<string, string>> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch {
    throw new SettingsError(
      `cannot read ${file}; start the stack with 'npm start' first, or name its file with --tenant`,
    );
  }
};

const metricsUrlsOf = (text: string | undefined, tenant: Readonly<Record<string, string>>) => {
  if (text === undefined) {
    const known = [
      ['core-daemon', tenant['coreDaemonUrl']],
      ['operations-service', tenant['operationsUrl']],
    ] as const;
    return new Map(known.flatMap(([name, url]) => (url === undefined ? [] : [[name, url] as const])));
  }
  return new Map(
    text.split(',').map((entry) => {
      const [name, url] = entry.split(/=(.*)/s);
      if (!name || !url || !URL.canParse(url))
        throw new SettingsError('--metrics takes name=url, separated by commas');
      return [name, url.replace(/\/+$/, '')] as const;
    }),
  );
};

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const modeOf = (values: Values): LoadMode => {
  const rate = values.rate === undefined ? undefined : numberOf('rate', values.rate, 0.1, 10_000, false);
  if (values.soak !== undefined) {
    const minutes = numberOf('soak', values.soak, 0.05, 1_440, false);
    const concurrency = countOf('concurrency', values.concurrency ?? '8');
    return { kind: 'soak', minutes, concurrency, ...(rate === undefined ? {} : { ratePerSecond: rate }) };
  }
  if (rate !== undefined) {
    const durationSeconds = numberOf('duration', values.duration, 1, 86_400, false);
    return { kind: 'open', ratePerSecond: rate, durationSeconds };
  }
  const concurrencies = (values.concurrency ?? '1,8').split(',').map((text) => countOf('concurrency', text));
  return { kind: 'closed', authsPerUser: countOf('auths', values.auths), concurrencies };
};

/** @param defaultTenantFile where `npm start` writes it. @throws SettingsError naming the argument; null for `--help` */
export const readSettings = (args: readonly string[], defaultTenantFile: string): LoadSettings | null => {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : 'unknown arguments');
  }
  if (values.help) return null;
  const mode = modeOf(values);
  const tenant = readTenant(values.tenant ?? defaultTenantFile);
  const { coreDaemonUrl, mobileApiKey } = tenant;
  if (!coreDaemonUrl || !mobileApiKey)
    throw new SettingsError('the file of the tenant names no address or key');
  return {
    target: { coreDaemonUrl, mobileApiKey },
    users: countOf('users', values.users),
    warmupCount: numberOf('warmup', values.warmup, 0, 100_000, true),
    strangerShare: shareOf(values.impostors),
    mode,
    metricsUrls: metricsUrlsOf(values.metrics, tenant),
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
    ...(values.html === undefined ? {} : { htmlFile: values.html }),
  };
};
