import type { BiometricCode } from '@openrecognize/biometrics';
import { base64ToBytes, wipe } from '@openrecognize/bytes';
import {
  authenticateDevice,
  type ClientStateStore,
  type DeviceTransport,
  waitOnTimer,
} from '@openrecognize/clients/device';
import { finishAuthentication, isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import {
  type ClientTools,
  decodeClientState,
  encodeClientState,
  openReleasedTemplate,
  type ReadyClient,
  readyClient,
  wipeClientState,
} from '@openrecognize/zkb/client';
import { importDeviceKey } from '@openrecognize/zkb/node';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { type WebUserRecord, wipeWebUserRecord } from '../web-user-record.ts';
import { createSeedEntropy, openSeedEntropy } from './seed-entropy.ts';
import type { UserLock } from './user-lock.ts';
import { loadWebUser, saveWebUser, type WebUserIdentity } from './web-user-store.ts';

export interface AuthenticateWebUserOptions {
  readonly backend: Backend;
  readonly tools: ClientTools;
  readonly wrappingKeys: WrappingKeyStore;
  readonly userLock: UserLock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told how many circuits a refill brought, and why fewer than asked for. */
  readonly onRefill: (uploadedCircuits: number, failure: unknown) => void;
}

/** What a match is asked for. */
export interface WebIntent {
  readonly transactionData?: string | undefined;
  readonly operationId?: string | undefined;
  /** Release the user's seed entropy. */
  readonly wantsSeed: boolean;
  /** Somebody still waits for the match: none begins for who left (spec 07 WS-16). */
  readonly isWanted: () => boolean;
}

export interface WebMatch {
  readonly keylessId: string;
  readonly jwt?: string;
  /** 32 bytes the caller wipes. */
  readonly seed?: Uint8Array;
}

/** What the backend released with a match. */
interface Release {
  sealedTemplate?: string | undefined;
  epoch?: number;
}

/** Repetitions when another process changed the record of the user meanwhile. */
const maxAttempts = 3;

/** Notes what the backend releases, on its way to the protocol. */
const noteRelease = (transport: DeviceTransport, release: Release): DeviceTransport => ({
  ...transport,
  call: async (endpoint, input) => {
    const answer = await transport.call(endpoint, input);
    if ((endpoint as unknown) === finishAuthentication) {
      const { sealedTemplate, epoch } = answer as { sealedTemplate?: string; epoch: number };
      Object.assign(release, { sealedTemplate, epoch });
    }
    return answer;
  },
});

/** The user's record with the latest client state in it; knows the version that is stored. */
const createRecordStore = (
  options: AuthenticateWebUserOptions,
  user: WebUserIdentity,
  loaded: { readonly version: number; readonly record: WebUserRecord },
  context: BackendContext,
) => {
  let { version, record } = loaded;
  const put = async (next: WebUserRecord): Promise<void> => {
    try {
      await saveWebUser(options, user, version, next, context);
    } catch (error) {
      if (next.device !== record.device) wipe(next.device);
      throw error;
    }
    version++;
    if (next.device !== record.device) wipe(record.device);
    record = next;
  };
  const decoded = (): ReturnType<typeof decodeClientState> => {
    try {
      return decodeClientState(record.device);
    } catch (cause) {
      throw new RecognizeError('CLIENT_STATE_INVALID', { cause });
    }
  };
  const { privateKey, state: unused } = decoded();
  wipeClientState(unused);
  const states: ClientStateStore = {
    load: () => {
      const copy = decoded();
      wipe(copy.privateKey);
      return readyClient(copy.state);
    },
    // ZK-3, WS-9: wrapped and durable before it resolves.
    save: ({ state }: ReadyClient) => put({ ...record, device: encodeClientState({ state, privateKey }) }),
  };
  return {
    states,
    privateKey,
    get record() {
      return record;
    },
    put,
    wipe: () => {
      wipe(privateKey);
      wipeWebUserRecord(record);
    },
  };
};

type RecordStore = ReturnType<typeof createRecordStore>;

const openWith = (tools: ClientTools, client: ReadyClient, release: Release): Uint8Array => {
  const { sealedTemplate, epoch } = release;
  if (sealedTemplate === undefined || epoch === undefined)
    throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
  return openReleasedTemplate(tools.suite, client, { sealedTemplate: base64ToBytes(sealedTemplate), epoch });
};

const isConflict = (error: unknown): boolean => isRecognizeError(error) && error.code === 'CONFLICT';

/**
 * Stores a seed that was just drawn. Should another process have changed the record, the seed goes into what is stored
 * now, or gives way to the one that is there: this store stays as it is, so that no older client state comes back.
 */
const storeSeed = async (
  options: AuthenticateWebUserOptions,
  { store, user, context }: MatchedSession,
  sealedSeed: Uint8Array,
): Promise<Uint8Array> => {
  try {
    await store.put({ ...store.record, sealedSeed });
    return sealedSeed;
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const fresh = await loadWebUser(options, user, context);
  if (!fresh) throw new RecognizeError('USER_NOT_FOUND');
  try {
    const stored = fresh.record.sealedSeed;
    if (stored === undefined) {
      await saveWebUser(options, user, fresh.version, { ...fresh.record, sealedSeed }, context);
    }
    return stored ?? sealedSeed;
  } finally {
    wipeWebUserRecord(fresh.record);
  }
};

interface MatchedSession {
  readonly store: RecordStore;
  readonly user: WebUserIdentity;
  readonly release: Release;
  readonly context: BackendContext;
}

/** The seed of a user who just matched; users from before, or from elsewhere, get theirs now. */
const releaseSeed = async (
  options: AuthenticateWebUserOptions,
  session: MatchedSession,
): Promise<Uint8Array> => {
  const { tools } = options;
  const { store, release } = session;
  const client = await store.states.load();
  let code: Uint8Array | undefined;
  try {
    code = openWith(tools, client, release);
    let { sealedSeed } = store.record;
    if (sealedSeed === undefined) {
      const created = createSeedEntropy(tools, client.state, code);
      wipe(created.seed);
      sealedSeed = await storeSeed(options, session, created.sealedSeed);
    }
    return openSeedEntropy(tools, client.state, code, sealedSeed);
  } finally {
    if (code) wipe(code);
    wipeClientState(client.state);
  }
};

const runMatch = (
  options: AuthenticateWebUserOptions,
  { store, user, release, context }: MatchedSession,
  code: BiometricCode,
  { operationId, transactionData }: WebIntent,
  seedDone: Promise<void>,
) =>
  authenticateDevice({
    transport: noteRelease(options.backend.deviceTransport(user.customer, context), release),
    tools: options.tools,
    signer: importDeviceKey(store.privateKey),
    store: store.states,
    probe: code.bits,
    artifact: { family: code.artifact.family, version: code.artifact.version },
    intent: {
      purpose: 'authenticate',
      ...(transactionData === undefined ? {} : { transactionData }),
      ...(operationId === undefined ? {} : { operationId }),
    },
    now: options.now,
    wait: async (delayMs) => {
      // After the match only the refill waits: the seed comes first, as both change the record.
      if (release.epoch !== undefined) await seedDone;
      await waitOnTimer(delayMs);
    },
    refill: true,
  });

const authenticateOnce = async (
  options: AuthenticateWebUserOptions,
  session: MatchedSession,
  code: BiometricCode,
  intent: WebIntent,
  hold: (until: Promise<unknown>) => void,
): Promise<WebMatch> => {
  const { store } = session;
  const seedDone = Promise.withResolvers<void>();
  let isHeld = false;
  try {
    const match = await runMatch(options, session, code, intent, seedDone.promise);
    isHeld = true;
    const refilled = match.refillDone.then(({ uploadedCircuits, failure }) =>
      options.onRefill(uploadedCircuits, failure),
    );
    hold(refilled.finally(store.wipe));
    const seed = intent.wantsSeed ? await releaseSeed(options, session) : undefined;
    return {
      keylessId: match.userId,
      ...(match.signedJwt === undefined ? {} : { jwt: match.signedJwt }),
      ...(seed === undefined ? {} : { seed }),
    };
  } finally {
    seedDone.resolve();
    if (!isHeld) store.wipe();
  }
};

const loadStore = async (
  options: AuthenticateWebUserOptions,
  user: WebUserIdentity,
  context: BackendContext,
): Promise<RecordStore> => {
  const loaded = await loadWebUser(options, user, context);
  if (!loaded) throw new RecognizeError('USER_NOT_FOUND');
  try {
    return createRecordStore(options, user, loaded, context);
  } catch (error) {
    wipeWebUserRecord(loaded.record);
    throw error;
  }
};

/**
 * Authenticates a user for whom this service is the device: one circuit, the advanced client state stored before a
 * label leaves, the refill behind the answer. Sessions of one user run one after the other here; another process that
 * gets in between makes the storing fail, and the attempt starts over with what is stored then (spec 07 WS-9).
 *
 * @param code not modified, not retained.
 * @throws RecognizeError USER_NOT_FOUND without a client state; FAILED_TO_AUTHENTICATE_USER, LOCKED_OUT,
 * NOT_ENOUGH_CIRCUITS, ARTIFACT_MISMATCH, SERVICE_TIMEOUT when it is not wanted any more, and the others of `authenticateDevice`
 */
export const authenticateWebUser = (
  options: AuthenticateWebUserOptions,
  user: WebUserIdentity,
  code: BiometricCode,
  intent: WebIntent,
  context: BackendContext,
): Promise<WebMatch> =>
  options.userLock.run(`${user.tenantId}/${user.userId}`, async (hold) => {
    for (let attempt = 1; ; attempt++) {
      // The wait for a session before this one may have been long.
      if (!intent.isWanted()) throw new RecognizeError('SERVICE_TIMEOUT');
      const release: Release = {};
      const session = { store: await loadStore(options, user, context), user, release, context };
      try {
        return await authenticateOnce(options, session, code, intent, hold);
      } catch (error) {
        const isRetried = isConflict(error) && release.epoch === undefined && attempt < maxAttempts;
        if (!isRetried) throw error;
      }
    }
  });
