import { statement } from '@openrecognize/service-kit/postgres';

/** The statements of background jobs. What they do is done again if a crash loses it: they don't wait for the disk. */

/** $1 user ids, $2 device ids, $3 indices. */
export const MARK_PAYLOADS_DELETED = statement<
  { changed: number },
  [userIds: readonly Uint8Array[], deviceIds: readonly Uint8Array[], circuitIndices: readonly number[]]
>(
  'circuit-storage-mark-payloads-deleted',
  `
WITH marked AS (
  UPDATE circuit_storage.circuits c SET has_payload = false
  FROM unnest($1::bytea[], $2::bytea[], $3::bigint[]) AS given (user_id, device_id, circuit_index)
  JOIN circuit_storage.devices d USING (user_id, device_id)
  WHERE c.device_no = d.device_no AND c.circuit_index = given.circuit_index
    AND c.finished_at_ms IS NOT NULL AND c.has_payload
  RETURNING 1
)
SELECT set_config('synchronous_commit', 'off', true), (SELECT count(*)::int FROM marked) AS changed`,
);

/** $1 user ids, $2 device ids, $3 indices, $4 now. */
export const MARK_LOST = statement<
  { changed: number },
  [
    userIds: readonly Uint8Array[],
    deviceIds: readonly Uint8Array[],
    circuitIndices: readonly number[],
    nowMs: number,
  ]
>(
  'circuit-storage-mark-lost',
  `
WITH marked AS (
  UPDATE circuit_storage.circuits c SET state = 'lost', finished_at_ms = $4::bigint
  FROM unnest($1::bytea[], $2::bytea[], $3::bigint[]) AS given (user_id, device_id, circuit_index)
  JOIN circuit_storage.devices d USING (user_id, device_id)
  WHERE c.device_no = d.device_no AND c.circuit_index = given.circuit_index AND c.state IN ('ready', 'reserved')
  RETURNING 1
)
SELECT count(*)::int AS changed FROM marked`,
);

/** $1 finished before, $2 limit. */
export const FINISHED_PAYLOADS = statement<PayloadRow, [finishedBeforeMs: number, limit: number]>(
  'circuit-storage-finished-payloads',
  `
SELECT d.user_id, d.device_id, c.circuit_index AS circuit_index, c.payload_sha256, c.object_id
FROM circuit_storage.circuits c JOIN circuit_storage.devices d USING (device_no)
WHERE c.has_payload AND c.finished_at_ms IS NOT NULL AND c.finished_at_ms < $1::bigint
ORDER BY c.finished_at_ms
LIMIT $2::int`,
);

export interface PayloadRow {
  readonly user_id: Uint8Array;
  readonly device_id: Uint8Array;
  readonly circuit_index: number;
  readonly payload_sha256: Uint8Array;
  readonly object_id: Uint8Array;
}

/** $1 older than, $2 limit. */
export const PURGE_CIRCUITS = statement<{ purged: number }, [olderThanMs: number, limit: number]>(
  'circuit-storage-purge-circuits',
  `
WITH old AS MATERIALIZED (
  SELECT device_no, circuit_index FROM circuit_storage.circuits
  WHERE NOT has_payload AND finished_at_ms IS NOT NULL AND finished_at_ms < $1::bigint
  LIMIT $2::int
  FOR UPDATE SKIP LOCKED
), purged AS (
  DELETE FROM circuit_storage.circuits c USING old
  WHERE c.device_no = old.device_no AND c.circuit_index = old.circuit_index
  RETURNING 1
)
SELECT set_config('synchronous_commit', 'off', true), (SELECT count(*)::int FROM purged) AS purged`,
);

/** $1 older than, $2 limit. */
export const PURGE_NONCES = statement<{ purged: number }, [olderThanMs: number, limit: number]>(
  'circuit-storage-purge-nonces',
  `
WITH old AS MATERIALIZED (
  SELECT device_no, request_nonce FROM circuit_storage.spent_nonces WHERE spent_at_ms < $1::bigint LIMIT $2::int
), purged AS (
  DELETE FROM circuit_storage.spent_nonces s USING old
  WHERE s.device_no = old.device_no AND s.request_nonce = old.request_nonce
  RETURNING 1
)
SELECT set_config('synchronous_commit', 'off', true), (SELECT count(*)::int FROM purged) AS purged`,
);

/** $1 older than, $2 limit. Rows that point to the device are gone since its deletion. */
export const PURGE_DEVICES = statement<{ purged: number }, [olderThanMs: number, limit: number]>(
  'circuit-storage-purge-devices',
  `
WITH old AS MATERIALIZED (
  SELECT device_no FROM circuit_storage.devices
  WHERE deleted_at_ms IS NOT NULL AND deleted_at_ms < $1::bigint
  LIMIT $2::int
  FOR UPDATE SKIP LOCKED
), purged AS (
  DELETE FROM circuit_storage.devices d USING old WHERE d.device_no = old.device_no RETURNING 1
)
SELECT set_config('synchronous_commit', 'off', true), (SELECT count(*)::int FROM purged) AS purged`,
);

/** $1 user ids, $2 device ids, $3 indices, $4 object ids. Positions from 1 of what no row with a payload stands for. */
export const WITHOUT_ROW = statement<
  { position: number },
  [
    userIds: readonly Uint8Array[],
    deviceIds: readonly Uint8Array[],
    circuitIndices: readonly number[],
    objectIds: readonly Uint8Array[],
  ]
>(
  'circuit-storage-without-row',
  `
SELECT given.position::int AS position
FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bytea[]) WITH ORDINALITY
 AS given (user_id, device_id, circuit_index, object_id, position)
WHERE NOT EXISTS (
  SELECT FROM circuit_storage.devices d JOIN circuit_storage.circuits c USING (device_no)
  WHERE d.user_id = given.user_id AND d.device_id = given.device_id
    AND c.circuit_index = given.circuit_index AND c.object_id = given.object_id AND c.has_payload
)
ORDER BY given.position`,
);

/** $1 device number of the last page's end, $2 number of devices. A row for each live circuit, or one of nulls. */
export const LIVE_PAGE = statement<LivePageRow, [afterDeviceNo: number, devices: number]>(
  'circuit-storage-live-page',
  `
SELECT d.device_no AS device_no, d.user_id, d.device_id, c.circuit_index AS circuit_index,
  c.payload_sha256, c.object_id
FROM (
  SELECT device_no, user_id, device_id FROM circuit_storage.devices
  WHERE device_no > $1::bigint
  ORDER BY device_no
  LIMIT $2::int
) d
LEFT JOIN circuit_storage.circuits c ON c.device_no = d.device_no AND c.state IN ('ready', 'reserved')
ORDER BY d.device_no, c.circuit_index`,
);

export interface LivePageRow extends Omit<PayloadRow, 'circuit_index'> {
  readonly device_no: number;
  readonly circuit_index: number | null;
}

/** $1 name of the job. Held until the end of the transaction. */
export const TRY_JOB_LOCK = statement<{ locked: boolean }, [job: string]>(
  'circuit-storage-try-job-lock',
  'SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0)) AS locked',
);

export const KEEP_TRANSACTION = statement('circuit-storage-keep-transaction', 'SELECT 1');
