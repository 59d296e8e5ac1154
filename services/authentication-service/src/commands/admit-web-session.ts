import { readDeviceStatus } from '@openrecognize/clients/device';
import { RecognizeError } from '@openrecognize/contracts';
import type { HelloMessage } from '@openrecognize/contracts/ws';
import { type ClientTools, decodeClientState, wipeClientState } from '@openrecognize/zkb/client';
import { importDeviceKey } from '@openrecognize/zkb/node';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { type UserAuthorization, userAuthorizationOf } from '../user-authorization/index.ts';
import { type WebUserRecord, wipeWebUserRecord } from '../web-user-record.ts';
import { claimUsername } from './claim-username.ts';
import { loadWebUser, type WebUserIdentity } from './web-user-store.ts';

export interface AdmitWebSessionOptions {
  readonly backend: Backend;
  readonly tools: ClientTools;
  readonly wrappingKeys: WrappingKeyStore;
  readonly userAuthorization: UserAuthorization;
  /** Takes a place of the tenant's sessions. @throws RecognizeError TOO_MANY_REQUESTS */
  readonly takeTenantPlace: (tenantId: number) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whom a session is for; `userId` in the flow `auth` alone. */
export interface AdmittedUser {
  readonly tenantId: number;
  readonly customer: string;
  readonly username: string;
  readonly userId?: string;
}

const decodeRecord = (record: WebUserRecord): ReturnType<typeof decodeClientState> => {
  try {
    return decodeClientState(record.device);
  } catch (cause) {
    wipeWebUserRecord(record);
    throw new RecognizeError('CLIENT_STATE_INVALID', { cause });
  }
};

/** Asks as the user's device whether an attempt can succeed at all; costs no circuit. */
const checkAttempt = async (
  options: AdmitWebSessionOptions,
  user: WebUserIdentity,
  context: BackendContext,
): Promise<void> => {
  const { backend, tools, now } = options;
  const loaded = await loadWebUser(options, user, context);
  if (!loaded) throw new RecognizeError('USER_NOT_FOUND');
  const { state, privateKey } = decodeRecord(loaded.record);
  try {
    const { userId, deviceId } = state;
    const { lockoutRemainingSeconds, stock } = await readDeviceStatus({
      transport: backend.deviceTransport(user.customer, context),
      random: tools.random,
      signer: importDeviceKey(privateKey),
      device: { userId, deviceId },
      now,
    });
    if (lockoutRemainingSeconds > 0) {
      throw new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds } });
    }
    if (stock === 0) throw new RecognizeError('NOT_ENOUGH_CIRCUITS');
  } finally {
    wipeClientState(state);
    privateKey.fill(0);
    wipeWebUserRecord(loaded.record);
  }
};

/**
 * Decides before any biometric work whether a session may take place (spec 07 WS-1).
 *
 * @throws RecognizeError CUSTOMER_NOT_FOUND, USER_AUTHORIZATION_INVALID, ALREADY_ENROLLED, USER_NOT_FOUND, LOCKED_OUT,
 * NOT_ENOUGH_CIRCUITS, TOO_MANY_REQUESTS; those of the services behind
 */
export const admitWebSession = async (
  options: AdmitWebSessionOptions,
  hello: HelloMessage,
  context: BackendContext,
): Promise<AdmittedUser> => {
  const { backend, userAuthorization, now } = options;
  const { username, flow } = hello;
  const { tenantId, customer, settings } = await backend.readTenant(hello.customer.name, context);
  options.takeTenantPlace(tenantId);
  const token = hello.authorization?.token;
  await userAuthorization.authorize({ tenantId, username, token, settings: userAuthorizationOf(settings) });
  const wanted = { tenantId, customer, username };
  if (flow === 'enroll') {
    await claimUsername(backend, wanted, now(), context);
    return wanted;
  }
  const [userId] = await backend.findUsers(tenantId, username, context);
  if (userId === undefined) throw new RecognizeError('USER_NOT_FOUND');
  await checkAttempt(options, { tenantId, customer, userId }, context);
  return { ...wanted, userId };
};
