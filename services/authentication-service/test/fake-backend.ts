import { createHash, randomUUID } from 'node:crypto';
import { base64ToBytes } from '@openrecognize/bytes';
import type { DeviceTransport } from '@openrecognize/clients/device';
import {
  type BeginEnrollmentRequest,
  beginEnrollment,
  type CoreErrorCode,
  commitEnrollment,
  deviceStatus,
  type EndpointInput,
  type EndpointOutput,
  RecognizeError,
  type resolveApiKey,
  uploadEnrollmentCircuits,
} from '@openrecognize/contracts';
import {
  type BatchedCircuit,
  decodeCircuitBatch,
  deriveDeviceId,
  deriveUserId,
} from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { Backend } from '../src/index.ts';

export const keyOf = { secretA: 'secret-of-a', mobileA: 'mobile-of-a', secretB: 'secret-of-b' } as const;
export const nowMs = 1_750_000_000_000;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64');
type Settings = EndpointOutput<typeof resolveApiKey>['tenant']['settings'];

const tenant = (tenantId: number, customer: string) => ({
  tenantId,
  customer,
  sdkCustomerId: 41 + tenantId,
  settings: { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 } as Settings,
});

interface User {
  readonly tenantId: number;
  readonly begin: Pick<BeginEnrollmentRequest, 'externalUserId' | 'deviceType' | 'deviceOrigin'>;
  readonly circuits: readonly BatchedCircuit[];
  readonly createdAtMs: number;
  clientState?: Uint8Array;
  version?: number;
  readonly deviceSpki?: string;
  /** Devices added later: how each began, and its circuits. */
  readonly further?: { readonly device: FurtherDevice; readonly circuits: readonly BatchedCircuit[] }[];
}

type FurtherDevice = Parameters<Backend['openFurtherDevice']>[0];

/** Two tenants, users in memory, and faults at will: `fail('putClientState')` or by the path of an endpoint. */
export const createFakeBackend = () => {
  const tenants = { a: tenant(1, 'acme'), b: tenant(2, 'other') };
  const owners = new Map([
    [hashOf(keyOf.secretA), { kind: 'secret' as const, tenant: tenants.a }],
    [hashOf(keyOf.mobileA), { kind: 'mobile' as const, tenant: tenants.a }],
    [hashOf(keyOf.secretB), { kind: 'secret' as const, tenant: tenants.b }],
  ]);
  const users = new Map<string, User>();
  const open = new Map<
    string,
    {
      customer: string;
      begin: BeginEnrollmentRequest;
      circuits: BatchedCircuit[];
      further?: FurtherDevice;
    }
  >();
  const faults = new Map<string, { readonly code: CoreErrorCode; readonly isLate: boolean }>();
  const calls: string[] = [];

  /** Notes the call; fails before it, or after it took effect ("the answer was lost"). */
  const within = async <T>(name: string, run: () => T): Promise<T> => {
    calls.push(name);
    const fault = faults.get(name);
    if (fault && !fault.isLate) throw new RecognizeError(fault.code);
    const result = run();
    if (fault) throw new RecognizeError(fault.code);
    return result;
  };
  const owned = (tenantId: number, userId: string): User => {
    const user = users.get(userId);
    if (user?.tenantId !== tenantId) throw new RecognizeError('USER_NOT_FOUND');
    return user;
  };
  const namedUsers = (tenantId: number, username: string): string[] =>
    [...users]
      .filter(([, user]) => user.tenantId === tenantId)
      .filter(([, { begin }]) => begin.externalUserId?.toLowerCase() === username.toLowerCase())
      .map(([userId]) => userId);

  const idsOf = ({ publicSigningKey }: BeginEnrollmentRequest) => {
    const key = base64ToBytes(publicSigningKey);
    return { userId: deriveUserId(nodeCryptoSuite, key), deviceId: deriveDeviceId(nodeCryptoSuite, key) };
  };
  const commit = (enrollmentId: string) => {
    const { customer, begin, circuits, further } = open.get(enrollmentId)!;
    const refill = { ticket: 't', fromIndex: circuits.length, count: 0 };
    if (further) {
      const { userId, deviceId, tenantId } = further;
      owned(tenantId, userId).further!.push({ device: further, circuits });
      return { userId, deviceId, stock: circuits.length, refill };
    }
    const { tenantId } = Object.values(tenants).find((each) => each.customer === customer)!;
    const ids = idsOf(begin);
    const others = namedUsers(tenantId, begin.externalUserId ?? '').filter((id) => id !== ids.userId);
    if (others.length > 0) throw new RecognizeError('ALREADY_ENROLLED');
    if (!users.has(ids.userId))
      users.set(ids.userId, { tenantId, begin, circuits, createdAtMs: nowMs, further: [] });
    return { ...ids, stock: circuits.length, refill };
  };
  const answer = (customer: string, endpoint: unknown, input: unknown): unknown => {
    if (endpoint === beginEnrollment) {
      const { body } = input as EndpointInput<typeof beginEnrollment>;
      const enrollmentId = randomUUID();
      open.set(enrollmentId, { customer, begin: body, circuits: [] });
      return { enrollmentId, ...idsOf(body), expiresAtMs: nowMs + 1 };
    }
    if (endpoint === deviceStatus) {
      const { userId, publicSigningKey } = (input as EndpointInput<typeof deviceStatus>).body;
      const user = users.get(userId);
      const spki = user?.deviceSpki ?? (user?.begin as BeginEnrollmentRequest | undefined)?.publicSigningKey;
      if (!user || spki !== publicSigningKey) throw new RecognizeError('DEVICE_NOT_FOUND');
      return { lockoutRemainingSeconds: 0, stock: user.circuits.length };
    }
    const { enrollmentId } = (input as EndpointInput<typeof commitEnrollment>).params;
    if (endpoint === commitEnrollment) return commit(enrollmentId);
    if (endpoint !== uploadEnrollmentCircuits) throw new RecognizeError('NOT_FOUND');
    // The sender erases its batch afterwards.
    const { circuits } = decodeCircuitBatch((input as { body: Uint8Array }).body.slice());
    open.get(enrollmentId)!.circuits.push(...circuits);
    return { stored: circuits.length, stock: circuits.length };
  };

  const backend: Backend = {
    resolveApiKey: async (keySha256) => {
      const owner = owners.get(keySha256);
      if (!owner) throw new RecognizeError('API_KEY_INVALID');
      return owner;
    },
    readTenant: (customer) =>
      within('readTenant', () => {
        const found = Object.values(tenants).find((each) => each.customer === customer);
        if (!found) throw new RecognizeError('CUSTOMER_NOT_FOUND');
        return found;
      }),
    findUsers: (tenantId, username) => within('findUsers', () => namedUsers(tenantId, username)),
    listDevices: ({ tenantId, userId }) =>
      within('listDevices', () => {
        const { begin, createdAtMs } = owned(tenantId, userId);
        const { deviceType, deviceOrigin } = begin;
        const artifact = { family: 'f', version: '1' };
        const ids = { userId, deviceId: 'D'.repeat(32), publicSigningKey: `${'A'.repeat(123)}=` };
        return [{ ...ids, deviceType, deviceOrigin, artifact, createdAtMs }];
      }),
    readClientState: ({ tenantId, userId }) =>
      within('readClientState', () => {
        const { clientState, version = 1 } = owned(tenantId, userId);
        return clientState && { version, wrapped: clientState.slice() };
      }),
    putClientState: ({ tenantId, userId }, expectedVersion, wrapped) =>
      within('putClientState', () => {
        const user = owned(tenantId, userId);
        const version = user.clientState ? (user.version ?? 1) : 0;
        if (expectedVersion !== version) throw new RecognizeError('CONFLICT');
        user.clientState = wrapped.slice();
        user.version = version + 1;
        return { version: version + 1 };
      }),
    openFurtherDevice: (further) =>
      within('openFurtherDevice', () => {
        const { tenantId, userId, deviceId, publicSigningKey, codeBits, threshold } = further;
        const { customer } = Object.values(tenants).find((each) => each.tenantId === tenantId)!;
        owned(tenantId, userId);
        const enrollmentId = randomUUID();
        open.set(enrollmentId, { customer, begin: further as never, circuits: [], further });
        const ids = { enrollmentId, tenantId, userId, deviceId, publicSigningKey };
        return { ...ids, codeBits, threshold, state: 'open' as const, expiresAtMs: nowMs + 1 };
      }),
    deleteUser: ({ tenantId, userId }) =>
      within('deleteUser', () => {
        owned(tenantId, userId);
        users.delete(userId);
        return { deviceIds: [] };
      }),
    deviceTransport: (customer): DeviceTransport => ({
      call: (endpoint, input) =>
        within(endpoint.path, () => answer(customer, endpoint, input)) as Promise<never>,
    }),
  };
  return {
    backend,
    tenants,
    users,
    calls,
    fail: (name: string, code: CoreErrorCode = 'SERVICE_UNAVAILABLE', isLate = false) => {
      faults.set(name, { code, isLate });
    },
    repair: () => faults.clear(),
    addUser: (userId: string, user: User) => {
      users.set(userId, user);
    },
  };
};
