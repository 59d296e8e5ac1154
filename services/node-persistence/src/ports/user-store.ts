export type DeviceType = 'SDK' | 'BACKUP' | 'TEMPORARY_STATE';
export type DeviceOrigin = 'ANDROID' | 'IOS' | 'KEYLESS_AGENT' | 'WEB';

/** What a device said of itself when it enrolled. */
export interface PersistedDeviceDescription {
  /** P-256 SubjectPublicKeyInfo, 91 bytes. */
  readonly publicSigningKey: Uint8Array;
  readonly publicEncryptionKey?: string | undefined;
  readonly deviceType: DeviceType;
  readonly deviceOrigin: DeviceOrigin;
  readonly osVersion?: string | undefined;
  readonly sdkVersion?: string | undefined;
  readonly artifactFamily: string;
  readonly artifactVersion: string;
  readonly codeBits: number;
  readonly threshold: number;
  readonly epoch: number;
  /** Opaque: only the device can open it. */
  readonly sealedTemplate: Uint8Array;
}

export interface ListedDevice {
  readonly userId: string;
  readonly deviceId: string;
  readonly publicSigningKey: Uint8Array;
  readonly publicEncryptionKey?: string;
  readonly deviceType: DeviceType;
  readonly deviceOrigin: DeviceOrigin;
  readonly osVersion?: string;
  readonly sdkVersion?: string;
  readonly artifact: { readonly family: string; readonly version: string };
  readonly createdAtMs: number;
}

export interface ListedUser {
  readonly userId: string;
  readonly externalUserId?: string;
  readonly createdAtMs: number;
  readonly deviceCount: number;
}

/** A user of another tenant does not exist here. */
export interface UserStore {
  listDevices(tenantId: number, userId: string): Promise<readonly ListedDevice[] | undefined>;
  /** One transaction: everything of the user goes, and each device enters the circuit purge list. */
  deleteUser(
    tenantId: number,
    userId: string,
    nowMs: number,
  ): Promise<{ readonly deviceIds: readonly string[] } | undefined>;
  /** Ordered by user id, beginning behind `after`. */
  listUsers(tenantId: number, after: string | undefined, limit: number): Promise<readonly ListedUser[]>;
  findExternalUser(tenantId: number, externalUserKey: string): Promise<readonly string[]>;
}
