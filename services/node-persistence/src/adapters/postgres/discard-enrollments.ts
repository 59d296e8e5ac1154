import { type Queryable, statement } from '@openrecognize/service-kit/postgres';

export interface DiscardedEnrollment {
  readonly enrollment_id: string;
  readonly user_id: Buffer;
  readonly device_id: Buffer;
}

const deleteEnrollments = statement<never, [enrollmentIds: readonly string[]]>(
  'discard-enrollments',
  'DELETE FROM node_persistence.enrollments WHERE enrollment_id = ANY($1::uuid[])',
);

/** The pair may have come to count in another way meanwhile: then its circuits and tokens are in use. */
const UNUSED = `FROM unnest($1::bytea[], $2::bytea[]) AS i (user_id, device_id)
  WHERE NOT EXISTS (
    SELECT FROM node_persistence.devices d WHERE d.user_id = i.user_id AND d.device_id = i.device_id)`;

const deleteTokens = statement<never, [users: readonly Buffer[], devices: readonly Buffer[]]>(
  'discard-enrollments-tokens',
  `DELETE FROM node_persistence.match_tokens m USING (SELECT i.user_id, i.device_id ${UNUSED}) AS unused
    WHERE m.user_id = unused.user_id AND m.device_id = unused.device_id`,
);

const insertPurges = statement<never, [users: readonly Buffer[], devices: readonly Buffer[], nowMs: number]>(
  'discard-enrollments-circuits',
  `INSERT INTO node_persistence.circuit_purges (user_id, device_id, created_at_ms, never_counted)
   SELECT i.user_id, i.device_id, $3, true ${UNUSED} ON CONFLICT DO NOTHING`,
);

/** Deletes expired enrollments, which the transaction has locked, with all that was uploaded for them. */
export const discardEnrollments = async (
  transaction: Queryable,
  enrollments: readonly DiscardedEnrollment[],
  nowMs: number,
): Promise<void> => {
  const users = enrollments.map((row) => row.user_id);
  const devices = enrollments.map((row) => row.device_id);
  await transaction.execute(
    deleteEnrollments,
    enrollments.map((row) => row.enrollment_id),
  );
  await transaction.execute(deleteTokens, users, devices);
  await transaction.execute(insertPurges, users, devices, nowMs);
};
