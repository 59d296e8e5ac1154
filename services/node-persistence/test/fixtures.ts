import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { externalUserKey } from '../src/commands/external-user-key.ts';
import type { DeviceKey } from '../src/ports/attempt-store.ts';
import type { NewEnrollment } from '../src/ports/enrollment-store.ts';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import type { TenantSettings } from '../src/ports/tenant-store.ts';

/** Any instant: the store knows no other clock than the one passed in. */
export const START_MS = 1_750_000_000_000;
export const ATTEMPT_TTL_MS = 30_000;
export const ENROLLMENT_TTL_MS = 600_000;

export const settings = (changes: Partial<TenantSettings> = {}): TenantSettings => ({
  lockoutFailures: 5,
  lockoutWindowSeconds: 600,
  lockoutSuspensionSeconds: 600,
  ...changes,
});

export const randomUserId = (): string => randomBytes(32).toString('hex').toUpperCase();

export interface TestDevice {
  readonly publicSigningKey: Buffer;
  readonly deviceId: string;
}

/** 91 bytes in the place of a key: the store does not look inside. */
export const randomDevice = (): TestDevice => {
  const publicSigningKey = randomBytes(91);
  const deviceId = createHash('sha256').update(publicSigningKey).digest('hex').slice(0, 32).toUpperCase();
  return { publicSigningKey, deviceId };
};

export const createTenant = async (
  store: PersistenceStore,
  changes: Partial<TenantSettings> = {},
): Promise<number> =>
  (await store.putTenant(`tenant-${randomUUID()}`, changes, settings(), START_MS)).tenantId;

export interface EnrollmentChanges extends Partial<Omit<NewEnrollment, 'device' | 'externalUser'>> {
  readonly externalUserId?: string;
  readonly sealedTemplate?: Uint8Array;
  readonly publicSigningKey?: Uint8Array;
}

export const newEnrollment = (
  tenantId: number,
  device: TestDevice = randomDevice(),
  { externalUserId, sealedTemplate, publicSigningKey, ...changes }: EnrollmentChanges = {},
): NewEnrollment => ({
  enrollmentId: randomUUID(),
  tenantId,
  userId: randomUserId(),
  deviceId: device.deviceId,
  device: {
    publicSigningKey: publicSigningKey ?? device.publicSigningKey,
    deviceType: 'SDK',
    deviceOrigin: 'IOS',
    artifactFamily: 'family',
    artifactVersion: '1.0.0',
    codeBits: 2048,
    threshold: 744,
    epoch: 3,
    sealedTemplate: sealedTemplate ?? randomBytes(300),
  },
  externalUser:
    externalUserId === undefined ? undefined : { externalUserId, key: externalUserKey(externalUserId) },
  expiresAtMs: START_MS + ENROLLMENT_TTL_MS,
  maxDevicesPerUser: 50,
  maxClientStatesPerUser: 50,
  ...changes,
});

/** A committed device, and what was enrolled. */
export const enrollDevice = async (
  store: PersistenceStore,
  tenantId: number,
  changes: EnrollmentChanges = {},
): Promise<DeviceKey & { readonly enrollment: NewEnrollment }> => {
  const enrollment = newEnrollment(tenantId, randomDevice(), changes);
  const opened = await store.openEnrollment(enrollment, START_MS);
  if (opened.outcome !== 'open') throw new Error(`not opened: ${opened.outcome}`);
  const committed = await store.commitEnrollment(opened.enrollment.enrollmentId, tenantId, START_MS);
  if (committed.outcome !== 'committed') throw new Error(`not committed: ${committed.outcome}`);
  return { tenantId, userId: enrollment.userId, deviceId: enrollment.deviceId, enrollment };
};
