import { RecognizeError } from '@openrecognize/contracts';

/** Where a key is held. */
export type KeySourceKind = 'file' | 'kms' | 'pkcs11';

/** One entry of a list of keys. */
export interface KeySource {
  readonly keyId: string;
  readonly kind: KeySourceKind;
  /** Path, key id or ARN or alias of the key service, or label in the hardware module. */
  readonly location: string;
  /** Milliseconds since the epoch: when a retired key stops being published. */
  readonly publishedUntilMs?: number;
}

/** A refusal that names the variable and what is wrong, never a value. */
export const configInvalid = (variable: string, reason: string, cause?: unknown): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', {
    message: `The configuration is invalid: ${variable} ${reason}`,
    details: { variables: [variable] },
    cause,
  });

const ENTRY = /^(?<keyId>[^=;]{1,128})=(?<kind>[a-z0-9]+):(?<location>[^;]+)(?:;until=(?<until>[^;]+))?$/;
/** RFC 3339 in UTC, whole seconds: a date without a zone would mean another day elsewhere. */
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

const parseEntry = (entry: string, variable: string, kinds: readonly KeySourceKind[]): KeySource => {
  const { keyId, kind, location, until } = ENTRY.exec(entry)?.groups ?? {};
  const known = kinds.find((one) => one === kind);
  if (keyId === undefined || location === undefined || known === undefined) {
    throw configInvalid(variable, `needs entries of the form id=source with a source of ${kinds.join(', ')}`);
  }
  if (until === undefined) return { keyId, kind: known, location };
  const publishedUntilMs = UTC_TIME.test(until) ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(publishedUntilMs)) {
    throw configInvalid(variable, 'needs times like 2030-01-31T00:00:00Z after until=');
  }
  return { keyId, kind: known, location, publishedUntilMs };
};

/**
 * Reads entries `id=kind:location[;until=time]`, the current key first.
 *
 * @throws RecognizeError CONFIG_INVALID for another form, an id that occurs twice, or a current key with an end
 */
export const parseKeySources = (
  entries: readonly string[],
  variable: string,
  kinds: readonly KeySourceKind[],
): readonly KeySource[] => {
  const sources = entries.map((entry) => parseEntry(entry, variable, kinds));
  if (sources[0] === undefined) throw configInvalid(variable, 'names no key');
  if (sources[0].publishedUntilMs !== undefined) {
    throw configInvalid(variable, 'sets an end for its first key, which is the one in use');
  }
  if (new Set(sources.map(({ keyId }) => keyId)).size < sources.length) {
    throw configInvalid(variable, 'names two keys alike');
  }
  return sources;
};
