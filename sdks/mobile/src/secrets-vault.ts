import {
  base64ToBytes,
  bytesToBase64,
  bytesToUtf8,
  concatBytes,
  utf8ToBytes,
  wipe,
} from '@openrecognize/bytes';
import {
  type ClientState,
  type ClientTools,
  openBlob,
  type SealContext,
  sealBlob,
} from '@openrecognize/zkb/client';
import { type Factor, factors } from './device-record.ts';
import { invalidInput } from './keyless-sdk-error.ts';
import { NativeFailure } from './native-failure.ts';
import type { KeylessSecret, SecretWishes } from './operation-options.ts';
import type { SecretResults } from './operation-results.ts';

const maxSecrets = 64;
const vaultKeyBytes = 32;

/** One factor that just matched: its party and the code the server released for it. */
export interface MatchedFactor {
  readonly factor: Factor;
  readonly state: ClientState;
  /** Enrolled code; not modified, not retained. */
  readonly code: Uint8Array;
}

/** The vault after a match. Secret: `key` is wiped by `closeVault`. */
export interface OpenVault {
  readonly key: Uint8Array;
  readonly secrets: ReadonlyMap<string, string>;
  /** The key as each factor may open it, sealed. */
  readonly wraps: Readonly<Partial<Record<Factor, Uint8Array>>>;
}

interface VaultDocument {
  readonly wraps: Partial<Record<Factor, string>>;
  readonly body: string;
}

const contextOf = ({ userId, epoch }: ClientState, deviceId: string): SealContext => ({
  kind: 'secret',
  userId,
  deviceId,
  epoch,
});

/** spec 08 DS-6: of what this device keeps and what the server releases after a match, together. */
const wrapKeyOf = (tools: ClientTools, { state, code }: MatchedFactor): Uint8Array => {
  const info = concatBytes(utf8ToBytes('openrecognize/device/v1 secrets'), code, Uint8Array.of(1));
  const key = tools.suite.hmacSha256(state.sealKey, info);
  wipe(info);
  return key;
};

const wrap = (tools: ClientTools, vaultKey: Uint8Array, matched: MatchedFactor): Uint8Array => {
  const key = wrapKeyOf(tools, matched);
  try {
    return sealBlob(
      tools.suite,
      tools.random,
      key,
      contextOf(matched.state, matched.state.deviceId),
      vaultKey,
    );
  } finally {
    wipe(key);
  }
};

/** An empty vault for whoever is enrolled right now. */
export const createVault = (tools: ClientTools, matched: MatchedFactor): OpenVault => {
  const key = tools.random(vaultKeyBytes);
  return { key, secrets: new Map(), wraps: { [matched.factor]: wrap(tools, key, matched) } };
};

const unusable = (cause?: unknown): NativeFailure =>
  new NativeFailure(20024, { message: 'The secrets of this device can not be opened.', cause });

const openDocument = (tools: ClientTools, sealed: Uint8Array, matched: MatchedFactor): OpenVault => {
  const { wraps, body } = JSON.parse(bytesToUtf8(sealed)) as VaultDocument;
  const sealedKeys = Object.fromEntries(
    factors.flatMap((factor) =>
      wraps[factor] === undefined ? [] : [[factor, base64ToBytes(wraps[factor])]],
    ),
  ) as Partial<Record<Factor, Uint8Array>>;
  const wrapKey = wrapKeyOf(tools, matched);
  const { state } = matched;
  const key = openBlob(tools.suite, wrapKey, contextOf(state, state.deviceId), sealedKeys[matched.factor]!);
  wipe(wrapKey);
  const plain = openBlob(tools.suite, key, contextOf(state, 'vault'), base64ToBytes(body));
  const secrets = new Map(JSON.parse(bytesToUtf8(plain)) as [string, string][]);
  wipe(plain);
  return { key, secrets, wraps: sealedKeys };
};

/**
 * Opens the vault for a factor that matched; one that does not exist yet is empty.
 *
 * @throws NativeFailure 20024 when what is stored does not open.
 */
export const openVault = (
  tools: ClientTools,
  sealed: Uint8Array | undefined,
  matched: MatchedFactor,
): OpenVault => {
  if (!sealed) return createVault(tools, matched);
  try {
    return openDocument(tools, sealed, matched);
  } catch (cause) {
    throw unusable(cause instanceof Error ? new Error(cause.name) : undefined);
  }
};

/** The vault as it is stored. @param state of any party of the user. */
export const sealVault = (tools: ClientTools, vault: OpenVault, state: ClientState): Uint8Array => {
  const plain = utf8ToBytes(JSON.stringify([...vault.secrets]));
  const body = sealBlob(tools.suite, tools.random, vault.key, contextOf(state, 'vault'), plain);
  wipe(plain);
  const wraps = Object.fromEntries(
    Object.entries(vault.wraps).map(([factor, bytes]) => [factor, bytesToBase64(bytes)]),
  );
  return utf8ToBytes(JSON.stringify({ wraps, body: bytesToBase64(body) } satisfies VaultDocument));
};

export const closeVault = (vault: OpenVault): void => wipe(vault.key);

/** Lets a further factor open the vault too. */
export const admitFactor = (tools: ClientTools, vault: OpenVault, matched: MatchedFactor): OpenVault => ({
  ...vault,
  wraps: { ...vault.wraps, [matched.factor]: wrap(tools, vault.key, matched) },
});

/** The stored vault without a factor's way in. */
export const dismissFactor = (sealed: Uint8Array, factor: Factor): Uint8Array => {
  const { wraps, body } = JSON.parse(bytesToUtf8(sealed)) as VaultDocument;
  const { [factor]: _dismissed, ...kept } = wraps;
  return utf8ToBytes(JSON.stringify({ wraps: kept, body }));
};

const isAscii = (text: unknown, min: number, max: number): boolean =>
  typeof text === 'string' && text.length >= min && text.length <= max && /^[\x20-\x7e\t\r\n]*$/.test(text);

/** @throws RecognizeError INVALID_INPUT before anything happens. */
export const checkSecretWishes = ({ saving, deleting, retrieving }: SecretWishes): void => {
  for (const id of [...saving.map((secret) => secret.id), ...deleting, ...retrieving]) {
    if (!isAscii(id, 1, 64)) throw invalidInput('The id of a secret is no ASCII text of 1 to 64 characters.');
  }
  for (const { value } of saving) {
    if (!isAscii(value, 0, 4096)) throw invalidInput('A secret is no ASCII text of at most 4096 characters.');
  }
};

const secretOf = (secrets: ReadonlyMap<string, string>, id: string): KeylessSecret => {
  const value = secrets.get(id);
  if (value === undefined) throw new NativeFailure(20300);
  return { id, value };
};

/**
 * Saves, deletes, retrieves and lists, in this order.
 *
 * @throws NativeFailure 20300 for an id that is not there; nothing is changed then. RecognizeError INVALID_INPUT for
 * more than 64 secrets.
 */
export const fulfilWishes = (
  vault: OpenVault,
  wishes: SecretWishes,
): { readonly vault: OpenVault; readonly results: SecretResults } => {
  const secrets = new Map(vault.secrets);
  for (const { id, value } of wishes.saving) secrets.set(id, value);
  for (const id of wishes.deleting) if (!secrets.delete(id)) throw new NativeFailure(20300);
  if (secrets.size > maxSecrets) throw invalidInput(`The vault holds at most ${maxSecrets} secrets.`);
  const retrieved = wishes.retrieving.map((id) => secretOf(secrets, id));
  const [secret] = retrieved;
  return {
    vault: { ...vault, secrets },
    results: {
      ...(secret === undefined ? {} : { secret, secrets: retrieved }),
      ...(wishes.listsIds ? { secretIDs: [...secrets.keys()] } : {}),
    },
  };
};
