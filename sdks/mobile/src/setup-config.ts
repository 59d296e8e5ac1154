import { limits, protocolDefaults, RecognizeError } from '@openrecognize/contracts';
import type { NetworkingModule } from './ports/networking-module.ts';
import type { LogsConfiguration } from './sdk-log.ts';

/** Argument of `configure`. */
export interface SetupConfig {
  /** Mobile API key. */
  readonly apiKey: string;
  /** Base URLs of the core-daemon, without a trailing slash; a later one is used when an earlier one is unreachable. */
  readonly hosts: readonly string[];
  /**
   * Circuits the server is to hold for each factor, 1 to 100; default 50. A server takes no more than its own
   * `TARGET_CIRCUIT_COUNT`: `whenIdle` says how many it has.
   */
  readonly numberOfSharedCircuits?: number;
  /** Of these, how many are sent before `enroll` resolves; default 5. The rest follow in the background. */
  readonly numberOfEnrollmentCircuits?: number;
  /** Sends the requests instead of the platform's own stack. */
  readonly networkingModule?: NetworkingModule;
  /** What goes to the log port of the platform. Off by default. */
  readonly keylessLogsConfiguration?: LogsConfiguration;
  /** What the collectors of `customLogs.collect` get. Off by default. */
  readonly customLogsConfiguration?: LogsConfiguration;
}

export interface CheckedSetup {
  readonly apiKey: string;
  readonly hosts: readonly string[];
  readonly circuitCount: number;
  readonly enrollmentCircuitCount: number;
  readonly networkingModule: NetworkingModule | undefined;
}

/** The API key can't be one, which is known without asking the server. */
export class InvalidApiKeyError extends Error {
  override readonly name = 'InvalidApiKeyError';

  constructor() {
    super('apiKey is no key: visible ASCII characters without spaces are expected.');
  }
}

const refused = (message: string): RecognizeError => new RecognizeError('CONFIG_INVALID', { message });

const isCount = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= max;

/** @throws RecognizeError CONFIG_INVALID with the name of the field, its value is not repeated; InvalidApiKeyError */
export const checkSetup = (config: SetupConfig): CheckedSetup => {
  const { apiKey, hosts, networkingModule } = config;
  // Whatever a header can't carry is no key.
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) throw new InvalidApiKeyError();
  if (!Array.isArray(hosts) || hosts.length === 0) throw refused('hosts is empty.');
  for (const host of hosts) {
    if (!/^https?:\/\/[^/\s?#]+(\/[^\s?#]*[^/\s?#])?$/.test(host)) {
      throw refused('hosts holds something that is no http(s) base URL without a trailing slash.');
    }
  }
  const circuitCount = config.numberOfSharedCircuits ?? protocolDefaults.sharedCircuitCount;
  if (!isCount(circuitCount, limits.maxCircuitsPerDevice)) {
    throw refused(`numberOfSharedCircuits is not an integer from 1 to ${limits.maxCircuitsPerDevice}.`);
  }
  const enrollmentCircuitCount =
    config.numberOfEnrollmentCircuits ?? Math.min(protocolDefaults.enrollmentCircuitCount, circuitCount);
  if (!isCount(enrollmentCircuitCount, circuitCount)) {
    throw refused('numberOfEnrollmentCircuits is not an integer from 1 to numberOfSharedCircuits.');
  }
  return { apiKey, hosts: [...hosts], circuitCount, enrollmentCircuitCount, networkingModule };
};
