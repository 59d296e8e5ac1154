import {
  type AdministrativeAct,
  type PersistedOperation,
  RecognizeError,
  type RecordedOutcome,
} from '@openrecognize/contracts';
import type { ServerApiBackend } from '../src/ports/server-api-backend.ts';

interface Link {
  readonly userId: string;
  readonly externalUserId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface RecordedAuthentication {
  readonly userId: string;
  readonly deviceId: string;
  readonly createdAtMs: number;
  readonly outcome: RecordedOutcome;
  readonly operationId?: string;
}

/** What stands behind the server API, in memory, for the users of one tenant. */
export const createFakeServerApi = (
  ownedBy: (tenantId: number, userId: string) => void,
  forget: (userId: string) => void,
) => {
  const links = new Map<string, Link>();
  const operations = new Map<string, PersistedOperation & { tenantId: number }>();
  const authentications: RecordedAuthentication[] = [];
  const uncommitted = new Map<string, { tenantId: number; externalUserId?: string }>();
  /** Ids. */
  const devices = new Set<string>();
  const acts: AdministrativeAct[] = [];
  const received: Uint8Array[] = [];
  const createdAtMs = Date.UTC(2025, 0, 15, 9);

  const isTaken = (userId: string, externalUserId: string) =>
    [...links.values()].some(
      (link) => link.userId !== userId && link.externalUserId.toLowerCase() === externalUserId.toLowerCase(),
    );
  const matching = (externalUserId: string) =>
    [...links.values()].filter((link) => link.externalUserId.toLowerCase() === externalUserId.toLowerCase());

  const backend: ServerApiBackend = {
    async deleteStoredUser({ params: { tenantId, userId }, body: { act } }) {
      ownedBy(tenantId, userId);
      acts.push(act);
      forget(userId);
      return undefined;
    },
    async deleteStoredDevice({ params: { tenantId, userId, deviceId }, body: { act } }) {
      ownedBy(tenantId, userId);
      acts.push(act);
      if (!devices.delete(deviceId)) throw new RecognizeError('DEVICE_NOT_FOUND');
      return undefined;
    },
    async createExternalUser({ params: { userId }, body: { tenantId, externalUserId, act } }) {
      acts.push(act);
      ownedBy(tenantId, userId);
      if (links.has(userId) || isTaken(userId, externalUserId)) throw new RecognizeError('CONFLICT');
      links.set(userId, { userId, externalUserId, createdAtMs, updatedAtMs: createdAtMs });
      return links.get(userId)!;
    },
    async changeExternalUser({ params: { userId }, body: { tenantId, externalUserId, act } }) {
      acts.push(act);
      ownedBy(tenantId, userId);
      if (isTaken(userId, externalUserId)) throw new RecognizeError('CONFLICT');
      const old = links.get(userId);
      if (old?.externalUserId !== externalUserId) {
        links.set(userId, { userId, externalUserId, createdAtMs, updatedAtMs: createdAtMs + (old ? 1 : 0) });
      }
      return links.get(userId)!;
    },
    async removeExternalUser({ body }) {
      acts.push(body.act);
      for (const link of links.values()) {
        if (link.externalUserId === body.externalUserId) links.delete(link.userId);
      }
      return undefined;
    },
    async readExternalUser({ body }) {
      const users = matching(body.externalUserId);
      return { users: users.map((link) => ({ ...link, biometricPublicSigningKey: `${'A'.repeat(123)}=` })) };
    },
    async listRecentAuthentications({ body: { tenantId, of, operationId, page, size } }) {
      if ('userId' in of) ownedBy(tenantId, of.userId);
      const ids = 'userId' in of ? [of.userId] : matching(of.externalUserId).map(({ userId }) => userId);
      const found = authentications
        .filter(({ userId }) => ids.includes(userId))
        .filter((row) => operationId === undefined || row.operationId === operationId)
        .map((row) => {
          const { externalUserId } = links.get(row.userId) ?? {};
          return externalUserId === undefined ? row : { ...row, externalUserId };
        });
      return { total: found.length, authentications: found.slice(page * size, (page + 1) * size) };
    },
    async createPendingOperation({ params: { userId }, body }) {
      ownedBy(body.tenantId, userId);
      if (operations.has(body.operationId)) throw new RecognizeError('OPERATION_ALREADY_EXISTS');
      const operationNo = operations.size + 1;
      operations.set(body.operationId, { operationNo, userId, state: 'pending', createdAtMs, ...body });
      return undefined;
    },
    async listPendingOperations({ params: { userId }, query: { tenantId, page, size } }) {
      ownedBy(tenantId, userId);
      const pending = [...operations.values()].filter(
        (row) => row.userId === userId && row.state === 'pending',
      );
      return { operations: pending.slice(page * size, (page + 1) * size) };
    },
    async readOperation({ body }) {
      const found = operations.get(body.operationId);
      if (found?.tenantId !== body.tenantId) throw new RecognizeError('NOT_FOUND');
      return found;
    },
    async storeUncommittedUser({ query, body }) {
      const serverState = body as Uint8Array;
      received.push(serverState);
      const refusals = {
        1: 'PROTOCOL_INVALID_MESSAGE',
        2: 'SIGNATURE_INVALID',
        3: 'ALREADY_ENROLLED',
        4: 'ARTIFACT_MISMATCH',
        5: 'SERVICE_UNAVAILABLE',
        6: 'REQUEST_EXPIRED',
      } as const;
      const refusal = refusals[serverState[0] as keyof typeof refusals];
      if (refusal) throw new RecognizeError(refusal);
      const userId = 'C'.repeat(64);
      uncommitted.set(userId, query);
      return { userId, deviceId: 'D'.repeat(32), expiresAtMs: createdAtMs };
    },
    async commitStoredUser({ params: { userId }, query }) {
      if (uncommitted.get(userId)?.tenantId !== query.tenantId)
        throw new RecognizeError('ENROLLMENT_NOT_FOUND');
      return { userId, deviceId: 'D'.repeat(32) };
    },
  };
  return {
    backend,
    links,
    devices,
    acts,
    authentications,
    uncommitted,
    received,
    approve(operationId: string): void {
      const operation = operations.get(operationId)!;
      operations.set(operationId, { ...operation, state: 'approved', approvedAtMs: createdAtMs + 1000 });
    },
    addApproved(operation: PersistedOperation & { tenantId: number }): void {
      operations.set(operation.operationId, operation);
    },
  };
};
