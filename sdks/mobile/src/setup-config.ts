import { limits, protocolDefaults, RecognizeError } from '@openrecognize/contracts';
import type { NetworkingModule } from './ports/networking-module.ts';

/** Argument of `configure`. */
export interface SetupConfig {
  /** Mobile API key. */
  readonly apiKey: string;
  /** Base URLs of the core-daemon, without a trailing slash; a later one is used when an earlier one is unreachable. */
  readonly hosts: readonly string[];
  /** Circuits made at enrollment, 1 to 100; default 25. */
  readonly numberOfSharedCircuits?: number;
  /** Of these, how many are sent before `enroll` resolves; default 5. The rest follow in the background. */
  readonly numberOfEnrollmentCircuits?: number;
  /** Sends the requests instead of the platform's own stack. */
  readonly networkingModule?: NetworkingModule;
}

export interface CheckedSetup {
  readonly apiKey: string;
  readonly hosts: readonly string[];
  readonly circuitCount: number;
  readonly enrollmentCircuitCount: number;
  readonly networkingModule: NetworkingModule | undefined;
}

const refused = (message: string): RecognizeError => new RecognizeError('CONFIG_INVALID', { message });

const isCount = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= max;

/** @throws RecognizeError CONFIG_INVALID with the name of the field; its value is not repeated. */
export const checkSetup = (config: SetupConfig): CheckedSetup => {
  const { apiKey, hosts, networkingModule } = config;
  if (typeof apiKey !== 'string' || apiKey.trim() === '') throw refused('apiKey is empty.');
  if (!Array.isArray(hosts) || hosts.length === 0) throw refused('hosts is empty.');
  for (const host of hosts) {
    if (!/^https?:\/\/[^/\s?#]+(\/[^\s?#]*[^/\s?#])?$/.test(host)) {
      throw refused('hosts holds something that is no http(s) base URL without a trailing slash.');
    }
  }
  const circuitCount = config.numberOfSharedCircuits ?? protocolDefaults.circuitCount;
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
