import type { PersistedDeviceDescription } from './user-store.ts';

export interface OperationRecord {
  readonly operationId: string;
  readonly payload?: string | undefined;
  readonly externalUserId?: string | undefined;
}

/** An external user id with the key by which two of them are compared. */
export interface ExternalUser {
  readonly externalUserId: string;
  readonly key: string;
}

export interface NewEnrollment {
  /** Used unless the device has an open enrollment already. */
  readonly enrollmentId: string;
  readonly tenantId: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly device: PersistedDeviceDescription;
  readonly externalUser?: ExternalUser | undefined;
  readonly operation?: OperationRecord | undefined;
  readonly expiresAtMs: number;
  readonly maxDevicesPerUser: number;
  /** Ever made for the user: counts for devices that are client states. */
  readonly maxClientStatesPerUser: number;
  /** All circuits are stored, the user id is enough for the commit; false unless said. */
  readonly awaitsCommit?: boolean | undefined;
}

export interface Enrollment {
  readonly enrollmentId: string;
  readonly tenantId: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly publicSigningKey: Uint8Array;
  readonly codeBits: number;
  readonly threshold: number;
  readonly state: 'open' | 'committed';
  readonly expiresAtMs: number;
}

/** Why a device cannot be enrolled; `conflict`: the ids contradict what is stored under them. */
export type EnrollmentRefusal =
  | 'tenant-not-found'
  | 'already-enrolled'
  | 'operation-exists'
  | 'too-many-devices'
  | 'too-many-client-states'
  | 'conflict';

export type OpenEnrollmentOutcome =
  | { readonly outcome: 'open'; readonly enrollment: Enrollment }
  | { readonly outcome: EnrollmentRefusal };

export type CommitEnrollmentOutcome =
  | { readonly outcome: 'committed'; readonly enrollment: Enrollment }
  | { readonly outcome: 'not-found' | 'expired' | 'already-enrolled' | 'operation-exists' };

export interface EnrollmentStore {
  /**
   * Records a device that does not count yet. The same device of the same tenant keeps its enrollment and user id
   * while the enrollment is open; its content is replaced if the signing key is the same one.
   */
  openEnrollment(enrollment: NewEnrollment, nowMs: number): Promise<OpenEnrollmentOutcome>;
  readEnrollment(enrollmentId: string): Promise<Enrollment | undefined>;
  /** The enrollment of a user that awaits its commit and has not expired, or was committed so. */
  readUncommittedUser(tenantId: number, userId: string, nowMs: number): Promise<Enrollment | undefined>;
  /**
   * User, device, template, external user and operation appear in one transaction; a repetition changes nothing. One
   * that awaited its commit ends with it: it gives its device no right to a refill ticket.
   */
  commitEnrollment(enrollmentId: string, tenantId: number, nowMs: number): Promise<CommitEnrollmentOutcome>;
}
