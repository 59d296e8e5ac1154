import type { OperationRecord } from './enrollment-store.ts';

export interface NewOperation extends OperationRecord {
  readonly tenantId: number;
  readonly userId: string;
  /** Of the key that asked. */
  readonly apiKeyId: string;
}

export interface StoredOperation {
  readonly operationNo: number;
  readonly userId: string;
  readonly operationId: string;
  readonly payload?: string;
  readonly externalUserId?: string;
  readonly apiKeyId?: string;
  readonly state: 'pending' | 'approved';
  readonly createdAtMs: number;
  readonly approvedAtMs?: number;
}

/** Entries `offset` to `offset + limit - 1` of a list. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** Operations are unique by tenant and id, and approved by a match (`AttemptStore.finishAttempt`). */
export interface OperationStore {
  createPendingOperation(
    operation: NewOperation,
    nowMs: number,
  ): Promise<'created' | 'user-not-found' | 'operation-exists'>;
  /** Oldest first; undefined without such a user. */
  listPendingOperations(
    tenantId: number,
    userId: string,
    slice: Slice,
  ): Promise<readonly StoredOperation[] | undefined>;
  readOperation(tenantId: number, operationId: string): Promise<StoredOperation | undefined>;
}
