import { type Database, type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type {
  CommitEnrollmentOutcome,
  Enrollment,
  EnrollmentRefusal,
  EnrollmentStore,
  NewEnrollment,
  OpenEnrollmentOutcome,
} from '../../ports/enrollment-store.ts';
import { discardEnrollments } from './discard-enrollments.ts';
import { idFromBytes, idToBytes } from './ids.ts';

interface EnrollmentRow {
  readonly enrollment_id: string;
  readonly tenant_id: number;
  readonly user_id: Buffer;
  readonly device_id: Buffer;
  readonly public_signing_key: Buffer;
  readonly code_bits: number;
  readonly threshold: number;
  readonly state: 'open' | 'committed';
  readonly expires_at_ms: number;
}

const COLUMNS = `e.enrollment_id, e.tenant_id, e.user_id, e.device_id, e.public_signing_key, e.code_bits, e.threshold,
  e.state, e.expires_at_ms`;

const lockOpen = statement<EnrollmentRow, [tenantId: number, deviceId: Buffer]>(
  'open-enrollment-lock',
  `SELECT ${COLUMNS} FROM node_persistence.enrollments e
    WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.state = 'open' FOR UPDATE`,
);

// The lock settles the device limit: additions to one user come one after the other.
const lockUser = statement<
  {
    readonly tenant_id: number;
    readonly external_user_key: string | null;
    readonly generated_client_states: number;
  },
  [userId: Buffer]
>(
  'open-enrollment-user',
  `SELECT tenant_id, external_user_key, generated_client_states FROM node_persistence.users WHERE user_id = $1 FOR NO KEY UPDATE`,
);

interface Obstacles {
  readonly tenant_found: boolean;
  readonly device_counts: boolean;
  readonly external_user_counts: boolean;
  readonly operation_exists: boolean;
  readonly devices: number;
}

const selectObstacles = statement<
  Obstacles,
  [
    tenantId: number,
    userId: Buffer,
    deviceId: Buffer,
    externalUserKey: string | null,
    operationId: string | null,
    nowMs: number,
  ]
>(
  'open-enrollment-obstacles',
  `SELECT EXISTS (SELECT FROM node_persistence.tenants WHERE tenant_id = $1) AS tenant_found,
     EXISTS (SELECT FROM node_persistence.devices WHERE tenant_id = $1 AND device_id = $3) AS device_counts,
     EXISTS (SELECT FROM node_persistence.users
              WHERE tenant_id = $1 AND external_user_key = $4 AND user_id <> $2) AS external_user_counts,
     EXISTS (SELECT FROM node_persistence.operations WHERE tenant_id = $1 AND operation_id = $5) AS operation_exists,
     (SELECT count(*)::integer FROM node_persistence.devices WHERE user_id = $2)
     + (SELECT count(*)::integer FROM node_persistence.enrollments
         WHERE user_id = $2 AND device_id <> $3 AND state = 'open' AND expires_at_ms > $6) AS devices`,
);

const CONTENT = [
  'public_encryption_key',
  'device_type',
  'device_origin',
  'os_version',
  'sdk_version',
  'artifact_family',
  'artifact_version',
  'code_bits',
  'threshold',
  'epoch',
  'sealed_template',
  'external_user_id',
  'external_user_key',
  'operation_id',
  'operation_payload',
  'operation_external_user_id',
  'expires_at_ms',
  'awaits_commit',
] as const;

// The device whose circuits were to go is back, with the same ones. Where it once counted, they do go.
const keepCircuits = statement<never, [userId: Buffer, deviceId: Buffer]>(
  'open-enrollment-keep-circuits',
  `DELETE FROM node_persistence.circuit_purges WHERE user_id = $1 AND device_id = $2 AND never_counted`,
);

const IDENTITY = ['enrollment_id', 'tenant_id', 'user_id', 'device_id', 'public_signing_key'] as const;

// Two first messages of one device at the same time: the second finds the enrollment of the first.
const upsertOpen = statement<EnrollmentRow>(
  'open-enrollment-upsert',
  `INSERT INTO node_persistence.enrollments AS e (state, ${[...IDENTITY, ...CONTENT].join(', ')})
   VALUES ('open', ${[...IDENTITY, ...CONTENT].map((_, index) => `$${index + 1}`).join(', ')})
   ON CONFLICT (tenant_id, device_id) WHERE state = 'open' DO UPDATE SET
     ${CONTENT.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE e.public_signing_key = excluded.public_signing_key
   RETURNING ${COLUMNS}`,
);

const selectEnrollment = statement<EnrollmentRow, [enrollmentId: string]>(
  'read-enrollment',
  `SELECT ${COLUMNS} FROM node_persistence.enrollments e WHERE e.enrollment_id = $1`,
);

const selectUncommitted = statement<EnrollmentRow, [tenantId: number, userId: Buffer, nowMs: number]>(
  'read-uncommitted-user',
  `SELECT ${COLUMNS} FROM node_persistence.enrollments e
    WHERE e.tenant_id = $1 AND e.user_id = $2 AND e.awaits_commit AND (e.state = 'committed' OR e.expires_at_ms > $3)
    ORDER BY e.state = 'open', e.enrollment_id LIMIT 1`,
);

const endAwaited = statement<never, [enrollmentId: string, nowMs: number]>(
  'commit-enrollment-awaited',
  `UPDATE node_persistence.enrollments SET expires_at_ms = least(expires_at_ms, $2)
    WHERE enrollment_id = $1 AND awaits_commit`,
);

const callCommit = statement<
  { readonly outcome: CommitEnrollmentOutcome['outcome'] },
  [enrollmentId: string, tenantId: number, nowMs: number]
>('commit-enrollment', 'SELECT node_persistence.commit_enrollment($1, $2, $3) AS outcome');

const enrollmentOf = (row: EnrollmentRow): Enrollment => ({
  enrollmentId: row.enrollment_id,
  tenantId: row.tenant_id,
  userId: idFromBytes(row.user_id),
  deviceId: idFromBytes(row.device_id),
  publicSigningKey: row.public_signing_key,
  codeBits: row.code_bits,
  threshold: row.threshold,
  state: row.state,
  expiresAtMs: row.expires_at_ms,
});

const refusalOf = async (
  transaction: Queryable,
  wanted: NewEnrollment,
  nowMs: number,
): Promise<EnrollmentRefusal | undefined> => {
  const { tenantId, externalUser } = wanted;
  const user = await transaction.row(lockUser, idToBytes(wanted.userId));
  const obstacles = await transaction.row(
    selectObstacles,
    tenantId,
    idToBytes(wanted.userId),
    idToBytes(wanted.deviceId),
    externalUser?.key ?? null,
    wanted.operation?.operationId ?? null,
    nowMs,
  );
  const { tenant_found, device_counts, external_user_counts, operation_exists, devices } = obstacles!;
  if (!tenant_found) return 'tenant-not-found';
  if (device_counts || external_user_counts) return 'already-enrolled';
  if (operation_exists) return 'operation-exists';
  if (user !== undefined) {
    const other =
      user.external_user_key !== null && externalUser && user.external_user_key !== externalUser.key;
    if (user.tenant_id !== tenantId || other) return 'conflict';
  }
  if (devices >= wanted.maxDevicesPerUser) return 'too-many-devices';
  const isClientState = wanted.device.deviceType !== 'SDK';
  const generated = user?.generated_client_states ?? 0;
  return isClientState && generated >= wanted.maxClientStatesPerUser ? 'too-many-client-states' : undefined;
};

/** The enrollment to write: under the user id of the open one, if the device has one that still holds. */
const settleEarlier = async (
  transaction: Queryable,
  enrollment: NewEnrollment,
  nowMs: number,
): Promise<NewEnrollment> => {
  const open = await transaction.row(lockOpen, enrollment.tenantId, idToBytes(enrollment.deviceId));
  if (open === undefined) return enrollment;
  const userId = idFromBytes(open.user_id);
  if (open.expires_at_ms > nowMs || userId === enrollment.userId) return { ...enrollment, userId };
  await discardEnrollments(transaction, [open], nowMs);
  return enrollment;
};

const upsertValues = ({ device, externalUser, operation, ...enrollment }: NewEnrollment) => [
  enrollment.enrollmentId,
  enrollment.tenantId,
  idToBytes(enrollment.userId),
  idToBytes(enrollment.deviceId),
  device.publicSigningKey,
  device.publicEncryptionKey ?? null,
  device.deviceType,
  device.deviceOrigin,
  device.osVersion ?? null,
  device.sdkVersion ?? null,
  device.artifactFamily,
  device.artifactVersion,
  device.codeBits,
  device.threshold,
  device.epoch,
  device.sealedTemplate,
  externalUser?.externalUserId ?? null,
  externalUser?.key ?? null,
  operation?.operationId ?? null,
  operation?.payload ?? null,
  operation?.externalUserId ?? null,
  enrollment.expiresAtMs,
  enrollment.awaitsCommit ?? false,
];

export const createPostgresEnrollmentStore = (database: Database): EnrollmentStore => ({
  async readEnrollment(enrollmentId) {
    const row = await database.row(selectEnrollment, enrollmentId);
    return row === undefined ? undefined : enrollmentOf(row);
  },
  async readUncommittedUser(tenantId, userId, nowMs) {
    const row = await database.row(selectUncommitted, tenantId, idToBytes(userId), nowMs);
    return row === undefined ? undefined : enrollmentOf(row);
  },
  openEnrollment: (enrollment, nowMs) =>
    database.transaction(async (transaction): Promise<OpenEnrollmentOutcome> => {
      const settled = await settleEarlier(transaction, enrollment, nowMs);
      const refusal = await refusalOf(transaction, settled, nowMs);
      if (refusal !== undefined) return { outcome: refusal };
      await transaction.execute(keepCircuits, idToBytes(settled.userId), idToBytes(settled.deviceId));
      const row = await transaction.row(upsertOpen, ...upsertValues(settled));
      return row === undefined ? { outcome: 'conflict' } : { outcome: 'open', enrollment: enrollmentOf(row) };
    }),
  commitEnrollment: (enrollmentId, tenantId, nowMs) =>
    database.transaction(async (transaction): Promise<CommitEnrollmentOutcome> => {
      const commit = await transaction.row(callCommit, enrollmentId, tenantId, nowMs);
      if (commit!.outcome !== 'committed') return { outcome: commit!.outcome };
      await transaction.execute(endAwaited, enrollmentId, nowMs);
      const row = await transaction.row(selectEnrollment, enrollmentId);
      return { outcome: 'committed', enrollment: enrollmentOf(row!) };
    }),
});
