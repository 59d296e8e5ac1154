import type { AdministrativeAct } from './administration-store.ts';
import type { ExternalUser } from './enrollment-store.ts';

/** An external user id as its user has it. */
export interface ExternalUserOf {
  readonly userId: string;
  readonly externalUserId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type SetExternalUserOutcome =
  | { readonly outcome: 'set'; readonly externalUser: ExternalUserOf }
  /** `taken`: another user has it, or this user has one and it was to be created. */
  | { readonly outcome: 'user-not-found' | 'taken' };

/**
 * A user has one external user id at most, and an external user id, compared by its key, one user at most. What changes
 * is audited in the same transaction, by user id alone: an external user id could be a name, and the trail never forgets.
 */
export interface ExternalUserStore {
  createExternalUser(
    tenantId: number,
    userId: string,
    externalUser: ExternalUser,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<SetExternalUserOutcome>;
  /** Setting what is set already changes nothing, not even its time. */
  changeExternalUser(
    tenantId: number,
    userId: string,
    externalUser: ExternalUser,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<SetExternalUserOutcome>;
  /** Compared exactly, not by the key alone. */
  removeExternalUser(
    tenantId: number,
    externalUser: ExternalUser,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<void>;
  readExternalUser(
    tenantId: number,
    externalUserKey: string,
  ): Promise<readonly (ExternalUserOf & { readonly biometricPublicSigningKey?: Uint8Array })[]>;
}
