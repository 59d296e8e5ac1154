import { readFileSync } from 'node:fs';

/** What the check is told; addresses without a trailing slash. */
export interface CheckSettings {
  readonly coreDaemonUrl: string;
  readonly mobileApiKey: string;
  /** One line for each call, beside the steps. */
  readonly fullLog: boolean;
  /** With the customer: the JWT is verified as an integrator would. */
  readonly operationsUrl?: string;
  readonly customer?: string;
  readonly authenticationServiceUrl?: string;
  readonly agentUrl?: string;
}

/** The check cannot begin: something it needs to be told is missing or malformed. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const baseUrlOf = (name: string, text: string): string => {
  const withScheme = /^[a-z]+:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme) || !/^https?:$/.test(new URL(withScheme).protocol))
    throw new SettingsError(`${name} is no http address`);
  return withScheme.replace(/\/+$/, '');
};

const flagOf = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === '' || text === '0') return false;
  if (text === '1') return true;
  throw new SettingsError(`${name} is 0 or 1`);
};

const optionalUrl = (environment: Environment, name: string): string | undefined =>
  environment[name] ? baseUrlOf(name, environment[name]) : undefined;

const present = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** The tenant of a stack that `npm start` made, from the file it writes. */
const settingsOfFile = (file: string): Omit<CheckSettings, 'fullLog'> => {
  try {
    const tenant = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const { coreDaemonUrl, mobileApiKey, operationsUrl, customer, authenticationServiceUrl, agentUrl } =
      tenant;
    if (!coreDaemonUrl || !mobileApiKey) throw new Error('incomplete');
    return {
      coreDaemonUrl,
      mobileApiKey,
      ...present({ operationsUrl, customer, authenticationServiceUrl, agentUrl }),
    };
  } catch {
    throw new SettingsError('HOST and APIKEY are not set, and no stack was started here with npm start');
  }
};

/**
 * `HOST`, `APIKEY`, `FULL_LOG`, and for more checks `OPERATIONS_URL` with `CUSTOMER`, `AUTHENTICATION_SERVICE_URL`,
 * `ENROLLMENT_AGENT_URL`; without `HOST` the file of a local stack.
 *
 * @throws SettingsError naming the variable
 */
export const readSettings = (environment: Environment, tenantFile: string): CheckSettings => {
  const fullLog = flagOf('FULL_LOG', environment['FULL_LOG']);
  if (!environment['HOST']) return { ...settingsOfFile(tenantFile), fullLog };
  if (!environment['APIKEY']) throw new SettingsError('APIKEY is not set');
  const customer = environment['CUSTOMER'] || undefined;
  return {
    coreDaemonUrl: baseUrlOf('HOST', environment['HOST']),
    mobileApiKey: environment['APIKEY'],
    fullLog,
    ...present({
      customer,
      operationsUrl: optionalUrl(environment, 'OPERATIONS_URL'),
      authenticationServiceUrl: optionalUrl(environment, 'AUTHENTICATION_SERVICE_URL'),
      agentUrl: optionalUrl(environment, 'ENROLLMENT_AGENT_URL'),
    }),
  };
};
