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
import { removeUser } from './claim-username.ts';

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
  { backend, wrappingKeys }: EnrollWebUserOptions,
  { tenantId, customer }: WebUser,
  state: ClientState,
  key: DeviceKey,
  context: BackendContext,
): Promise<void> => {
  const privateKey = key.exportPrivateKey();
  const encoded = encodeClientState({ state, privateKey });
  try {
    const { userId } = state;
    const wrapped = await wrappingKeys.wrap(encoded, { customer, userId });
    await backend.putClientState({ tenantId, userId }, 0, wrapped, context);
  } finally {
    wipe(privateKey, encoded);
    wipeClientState(state);
  }
};

/**
 * Enrolls a user for whom this service is the device: a fresh device key, circuits, then the client state, wrapped,
 * into the database. An enrollment that breaks off once the commit may have counted is taken back, so that the
 * username stays free.
 *
 * @returns the keylessId.
 * @throws RecognizeError of the core-daemon and node-persistence
 */
export const enrollWebUser = async (
  options: EnrollWebUserOptions,
  user: WebUser,
  code: BiometricCode,
  context: BackendContext,
): Promise<string> => {
  const key = generateDeviceKey();
  const committing: Committing = {};
  try {
    const state = await enroll(options, user, code, key, committing, context);
    await store(options, user, state, key, context);
    return state.userId;
  } catch (error) {
    const { userId } = committing;
    if (userId !== undefined) {
      // The id stems from the fresh key: nobody else can have enrolled under it.
      const { tenantId } = user;
      await removeUser(options.backend, { tenantId, userId }, context).catch(options.onLeftBehind);
    }
    throw error;
  }
};
