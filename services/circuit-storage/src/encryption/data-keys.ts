import { createSecretKey, type KeyObject } from 'node:crypto';
import { bytesToHex, wipe } from '@openrecognize/bytes';
import {
  DataKeyError,
  type DataKeyWrapper,
  type DataKeyWrapperKind,
  type WrappedDataKey,
} from '../ports/data-key-wrapper.ts';
import type { SealingKey } from './payload-envelope.ts';

export interface DataKeysOptions {
  /** Makes the keys of new objects; none if objects are stored in the clear. */
  readonly sealWith?: DataKeyWrapperKind;
  /** All whose keys can be read, at most one of a kind. */
  readonly wrappers: readonly DataKeyWrapper[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Time after which a key is made anew or asked for again; an hour. */
  readonly maxAgeMs?: number;
  /** Objects under one key; 2^20, far below the 2^32 random nonces that NIST SP 800-38D §8.3 allows. */
  readonly maxSeals?: number;
  /** Unwrapped keys kept in memory; 1,024. */
  readonly cacheSize?: number;
}

/** Data keys in the clear, kept for a while so that the key service is asked once for many objects. */
export interface DataKeys {
  /** The key for one new object; undefined if objects are stored in the clear. */
  forSealing(): Promise<SealingKey | undefined>;
  /** The key that is wrapped in an envelope. */
  forOpening(kind: DataKeyWrapperKind, wrapped: WrappedDataKey): Promise<KeyObject>;
  /** Rejects with a `DataKeyError` while there is no key for new objects. */
  probe(): Promise<void>;
  close(): void;
}

interface Current {
  readonly key: Promise<SealingKey>;
  readonly untilMs: number;
  seals: number;
}

/** The runtime keeps the key outside of the heap; the copy is wiped. */
const keyObjectOf = (plaintext: Uint8Array): KeyObject => {
  const key = createSecretKey(plaintext);
  wipe(plaintext);
  return key;
};

export const createDataKeys = (options: DataKeysOptions): DataKeys => {
  const { sealWith, wrappers, now, maxAgeMs = 3_600_000, maxSeals = 2 ** 20, cacheSize = 1024 } = options;
  const opened = new Map<string, { readonly key: Promise<KeyObject>; readonly untilMs: number }>();
  let current: Current | undefined;

  const wrapperOf = (kind: DataKeyWrapperKind): DataKeyWrapper => {
    const wrapper = wrappers.find((one) => one.kind === kind);
    if (!wrapper) throw new DataKeyError('KEY_UNKNOWN', `no keys of kind ${kind} are configured`);
    return wrapper;
  };

  const make = async (kind: DataKeyWrapperKind): Promise<SealingKey> => {
    const { keyId, wrapped, plaintext } = await wrapperOf(kind).generate();
    return { kind, keyId, wrapped, key: keyObjectOf(plaintext) };
  };

  const currentOf = (kind: DataKeyWrapperKind): Current => {
    if (current && current.untilMs > now() && current.seals < maxSeals) return current;
    const made: Current = { key: make(kind), untilMs: now() + maxAgeMs, seals: 0 };
    current = made;
    // A failure is not kept: the next object asks again.
    made.key.catch(() => {
      if (current === made) current = undefined;
    });
    return made;
  };

  return {
    async forSealing() {
      if (sealWith === undefined) return undefined;
      const sealing = currentOf(sealWith);
      sealing.seals++;
      return sealing.key;
    },
    async forOpening(kind, { keyId, wrapped }) {
      const id = `${kind} ${keyId} ${bytesToHex(wrapped)}`;
      const known = opened.get(id);
      opened.delete(id);
      if (known && known.untilMs > now()) {
        opened.set(id, known);
        return known.key;
      }
      const key = wrapperOf(kind).unwrap({ keyId, wrapped }).then(keyObjectOf);
      const entry = { key, untilMs: now() + maxAgeMs };
      opened.set(id, entry);
      key.catch(() => {
        if (opened.get(id) === entry) opened.delete(id);
      });
      // In order of their last use.
      for (const oldest of opened.keys()) {
        if (opened.size <= cacheSize) break;
        opened.delete(oldest);
      }
      return key;
    },
    async probe() {
      if (sealWith !== undefined) await currentOf(sealWith).key;
    },
    close() {
      opened.clear();
      current = undefined;
      for (const wrapper of wrappers) wrapper.close();
    },
  };
};
