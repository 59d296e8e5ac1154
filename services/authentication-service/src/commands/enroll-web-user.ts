import type { BiometricCode } from '@openrecognize/biometrics';
import { wipe } from '@openrecognize/bytes';
import { enrollDevice } from '@openrecognize/clients/device';
import {
  type ClientState,
  type ClientTools,
  encodeClientState,
  wipeClientState,
} from '@openrecognize/zkb/client';
import { type DeviceKey, generateDeviceKey } from '@openrecognize/zkb/node';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { serviceVersion } from '../version.ts';
import { addBackupDevice } from './add-backup-device.ts';
import { removeUser } from './claim-username.ts';
import { createSeedEntropy } from './seed-entropy.ts';
import { saveWebUser } from './web-user-store.ts';

export interface EnrollWebUserOptions {
  readonly backend: Backend;
  readonly tools: ClientTools;
  readonly wrappingKeys: WrappingKeyStore;
  readonly circuitCount: number;
  /** Greatest Hamming distance that is a match. */
  readonly threshold: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told when an enrollment that broke off could not be taken back either. */
  readonly onLeftBehind: (error: unknown) => void;
}

/** Whom to enroll: a username of a tenant. */
export interface WebUser {
  readonly tenantId: number;
  readonly customer: string;
  readonly username: string;
  /** Also enroll a backup device, for one later export. */
  readonly prepareBackup: boolean;
  readonly operationId?: string | undefined;
}

/** A user who was just enrolled. */
export interface EnrolledWebUser {
  readonly keylessId: string;
  /** Seed entropy, 32 bytes the caller wipes. */
  readonly seed: Uint8Array;
}

interface Committing {
  userId?: string;
}

const enroll = async (
  options: EnrollWebUserOptions,
  user: WebUser,
  { bits, artifact }: BiometricCode,
  key: DeviceKey,
  committing: Committing,
  context: BackendContext,
): Promise<ClientState> => {
  const enrolled = await enrollDevice({
    transport: options.backend.deviceTransport(user.customer, context),
    tools: options.tools,
    signer: key,
    code: bits,
    artifact: { family: artifact.family, version: artifact.version },
    threshold: options.threshold,
    deviceType: 'SDK',
    deviceOrigin: 'WEB',
    externalUserId: user.username,
    ...(user.operationId === undefined ? {} : { operationInfo: { operationId: user.operationId } }),
    sdkVersion: serviceVersion,
    // All of them before the commit: the user exists with its circuits or not at all.
    circuitCount: options.circuitCount,
    enrollmentCircuitCount: options.circuitCount,
    now: options.now,
    persist: ({ state }) => {
      committing.userId = state.userId;
    },
  });
  enrolled.discardRest();
  return enrolled.ready.state;
};

const store = async (
  options: EnrollWebUserOptions,
  { tenantId, customer }: WebUser,
  state: ClientState,
  key: DeviceKey,
  secrets: { readonly backup: Uint8Array | undefined; readonly sealedSeed: Uint8Array },
  context: BackendContext,
): Promise<void> => {
  const { backup, sealedSeed } = secrets;
  const privateKey = key.exportPrivateKey();
  const device = encodeClientState({ state, privateKey });
  const backups = backup === undefined ? { generatedBackups: 0 } : { generatedBackups: 1, backup };
  try {
    const identity = { tenantId, customer, userId: state.userId };
    await saveWebUser(options, identity, 0, { device, ...backups, sealedSeed }, context);
  } finally {
    wipe(privateKey, device);
  }
};

const addBackup = async (
  options: EnrollWebUserOptions,
  { prepareBackup, ...user }: WebUser,
  userId: string,
  code: BiometricCode,
  context: BackendContext,
): Promise<Uint8Array | undefined> =>
  prepareBackup ? addBackupDevice(options, { ...user, userId }, code, context) : undefined;

/**
 * Enrolls a user for whom this service is the device: a fresh device key, circuits, then the client state, wrapped,
 * into the database; on request a backup device too, in the same step. An enrollment that breaks off once the commit
 * may have counted is taken back, so that the username stays free.
 *
 * @throws RecognizeError of the core-daemon and node-persistence
 */
export const enrollWebUser = async (
  options: EnrollWebUserOptions,
  user: WebUser,
  code: BiometricCode,
  context: BackendContext,
): Promise<EnrolledWebUser> => {
  const key = generateDeviceKey();
  const committing: Committing = {};
  const secrets: { state?: ClientState; backup?: Uint8Array | undefined; seed?: Uint8Array } = {};
  try {
    const state = await enroll(options, user, code, key, committing, context);
    secrets.state = state;
    secrets.backup = await addBackup(options, user, state.userId, code, context);
    const { seed, sealedSeed } = createSeedEntropy(options.tools, state, code.bits);
    secrets.seed = seed;
    await store(options, user, state, key, { backup: secrets.backup, sealedSeed }, context);
    return { keylessId: state.userId, seed };
  } catch (error) {
    if (secrets.seed) wipe(secrets.seed);
    const { userId } = committing;
    if (userId !== undefined) {
      // The id stems from the fresh key: nobody else can have enrolled under it.
      const { tenantId } = user;
      await removeUser(options.backend, { tenantId, userId }, context).catch(options.onLeftBehind);
    }
    throw error;
  } finally {
    if (secrets.state) wipeClientState(secrets.state);
    if (secrets.backup) wipe(secrets.backup);
  }
};
