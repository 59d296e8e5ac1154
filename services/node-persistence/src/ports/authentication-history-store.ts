import type { Slice } from './operation-store.ts';

export type RecordedOutcome = 'match' | 'no-match' | 'aborted' | 'refused' | 'expired';

export interface RecordedAuthentication {
  readonly userId: string;
  readonly externalUserId?: string;
  readonly deviceId: string;
  readonly createdAtMs: number;
  readonly outcome: RecordedOutcome;
  readonly operationId?: string;
}

/** One user, by id or by external user. */
export type HistoryOwner = { readonly userId: string } | { readonly externalUserKey: string };

export interface HistoryPage {
  readonly total: number;
  /** Newest first. */
  readonly authentications: readonly RecordedAuthentication[];
}

export interface AuthenticationHistoryStore {
  /** As far back as the tenant's visibility reaches; undefined without such a user. */
  listRecentAuthentications(
    tenantId: number,
    owner: HistoryOwner,
    operationId: string | undefined,
    slice: Slice,
    nowMs: number,
  ): Promise<HistoryPage | undefined>;
}
