import { statement } from '@openrecognize/service-kit/postgres';

/** The statements of uploads and deletions. */

/**
 * $1 user id, $2 device id, $3 indices, ascending, $4 hashes, $5 object ids, $6 sizes, $7 most unfinished circuits,
 * $8 now. NULL for an upload that is no plain continuation, of which nothing is stored then.
 */
export const APPEND_CIRCUITS = statement<
  { stock: number | null },
  [
    userId: Uint8Array,
    deviceId: Uint8Array,
    circuitIndices: readonly number[],
    sha256s: readonly Uint8Array[],
    objectIds: readonly Uint8Array[],
    bytes: readonly number[],
    maxUnfinished: number,
    nowMs: number,
  ]
>(
  'circuit-storage-append-circuits',
  'SELECT circuit_storage.append_circuits($1, $2, $3, $4, $5, $6, $7, $8) AS stock',
);

/** $1 user id, $2 device id. Makes the device known and locks its row, so that its uploads come one after another. */
export const LOCK_DEVICE = statement<{ device_no: number }, [userId: Uint8Array, deviceId: Uint8Array]>(
  'circuit-storage-lock-device',
  `
INSERT INTO circuit_storage.devices (user_id, device_id) VALUES ($1, $2)
ON CONFLICT (user_id, device_id) DO UPDATE SET next_free_index = devices.next_free_index
RETURNING device_no`,
);

/** $1 user id, $2 device id, $3 indices. One row if the device is known. */
export const UPLOAD_STATE = statement<
  UploadStateRow,
  [userId: Uint8Array, deviceId: Uint8Array, circuitIndices: readonly number[]]
>(
  'circuit-storage-upload-state',
  `
SELECT d.next_free_index AS next_free_index, d.deleted_at_ms IS NOT NULL AS deleted,
  (
    SELECT count(*)::int FROM circuit_storage.circuits c
    WHERE c.device_no = d.device_no AND c.state IN ('ready', 'reserved')
  ) AS unfinished,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'circuitIndex', c.circuit_index, 'state', c.state, 'payloadSha256', encode(c.payload_sha256, 'hex')
    ))
    FROM circuit_storage.circuits c WHERE c.device_no = d.device_no AND c.circuit_index = ANY ($3::bigint[])
  ), '[]') AS existing
FROM circuit_storage.devices d WHERE d.user_id = $1 AND d.device_id = $2`,
);

export interface UploadStateRow {
  readonly next_free_index: number;
  readonly deleted: boolean;
  readonly unfinished: number;
  readonly existing: readonly {
    readonly circuitIndex: number;
    readonly state: 'ready' | 'reserved' | 'consumed' | 'skipped' | 'lost';
    readonly payloadSha256: string;
  }[];
}

/** $1 device number, $2 indices, $3 hashes, $4 object ids, $5 sizes, $6 now, $7 part of an enrollment. */
export const INSERT_CIRCUITS = statement<
  never,
  [
    deviceNo: number,
    circuitIndices: readonly number[],
    sha256s: readonly Uint8Array[],
    objectIds: readonly Uint8Array[],
    bytes: readonly number[],
    nowMs: number,
    enrolling: boolean,
  ]
>(
  'circuit-storage-insert-circuits',
  `
WITH inserted AS (
  INSERT INTO circuit_storage.circuits
    (device_no, circuit_index, payload_sha256, object_id, payload_bytes, stored_at_ms)
  SELECT $1::bigint, circuit_index, payload_sha256, object_id, payload_bytes, $6::bigint
  FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::integer[])
   AS given (circuit_index, payload_sha256, object_id, payload_bytes)
  RETURNING circuit_index
)
UPDATE circuit_storage.devices
SET next_free_index = greatest(next_free_index, (SELECT max(circuit_index) + 1 FROM inserted)),
  shared_circuits = shared_circuits + (SELECT count(*) FROM inserted),
  enrollment_circuits = enrollment_circuits + CASE WHEN $7::boolean THEN (SELECT count(*) FROM inserted) ELSE 0 END
WHERE device_no = $1::bigint`,
);

/** $1 user id, $2 device id, $3 now. First the device, which keeps uploads out, then its rows. */
export const MARK_DEVICE_DELETED = statement<
  { device_no: number },
  [userId: Uint8Array, deviceId: Uint8Array, nowMs: number]
>(
  'circuit-storage-mark-device-deleted',
  `
INSERT INTO circuit_storage.devices (user_id, device_id, deleted_at_ms) VALUES ($1, $2, $3::bigint)
ON CONFLICT (user_id, device_id) DO UPDATE SET deleted_at_ms = excluded.deleted_at_ms
RETURNING device_no`,
);

/**
 * $1 device number. True if every index below the first free one still has its circuit, ready and never reserved: used
 * ones leave a gap when their tombstones go.
 */
export const IS_UNUSED = statement<{ unused: boolean }, [deviceNo: number]>(
  'circuit-storage-is-unused',
  `
SELECT d.next_free_index = (
  SELECT count(*) FROM circuit_storage.circuits c
  WHERE c.device_no = d.device_no AND c.state = 'ready' AND c.request_nonce IS NULL
) AND NOT EXISTS (SELECT FROM circuit_storage.spent_nonces s WHERE s.device_no = d.device_no) AS unused
FROM circuit_storage.devices d WHERE d.device_no = $1::bigint`,
);

/** $1 device number, of a device without circuits. */
export const FORGET_DEVICE = statement<never, [deviceNo: number]>(
  'circuit-storage-forget-device',
  'DELETE FROM circuit_storage.devices WHERE device_no = $1::bigint',
);

/** $1 device number. */
export const DELETE_CIRCUITS = statement<{ deleted: number }, [deviceNo: number]>(
  'circuit-storage-delete-circuits',
  `
WITH nonces AS (
  DELETE FROM circuit_storage.spent_nonces WHERE device_no = $1::bigint
), gone AS (
  DELETE FROM circuit_storage.circuits WHERE device_no = $1::bigint RETURNING 1
)
SELECT count(*)::int AS deleted FROM gone`,
);
