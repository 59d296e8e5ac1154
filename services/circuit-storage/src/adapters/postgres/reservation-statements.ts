import { statement } from '@openrecognize/service-kit/postgres';
import type { CircuitState } from '../../ports/circuit-metadata-store.ts';

/**
 * The statements of an authentication: one round trip each. They read one moment of the database; a row another
 * transaction is changing is waited for and looked at anew, and the caller runs a statement again when that made it
 * come out empty-handed (`contended`).
 *
 * A circuit is free if it is ready or its lease ran out.
 */

/**
 * $1 user id, $2 device id, $3 next index, $4 request nonce, $5 now, $6 authentication id, $7 server nonce, $8 end of lease.
 *
 * Commits without waiting for the disk: a reservation that a crash of the database loses is harmless. Its circuit is
 * ready again, yet its device, which notes the advanced index before it sends a label, never asks for it a second time;
 * and no consumption can outlive its reservation, because the log is written in order.
 *
 * No `SKIP LOCKED` where the circuit is picked: a repetition of a request that is still being answered would skip the
 * very circuit it is to be given. Two requests of one device at the same time are rare and wait well under a millisecond.
 */
export const RESERVE = statement<
  ReserveRow,
  [
    userId: Uint8Array,
    deviceId: Uint8Array,
    nextIndex: number,
    requestNonce: Uint8Array,
    nowMs: number,
    authenticationId: string,
    serverNonce: Uint8Array,
    leaseExpiresAtMs: number,
  ]
>(
  'circuit-storage-reserve',
  `
WITH device AS MATERIALIZED (
  SELECT device_no FROM circuit_storage.devices
  WHERE user_id = $1 AND device_id = $2 AND deleted_at_ms IS NULL
), known AS MATERIALIZED (
  SELECT circuit_index, authentication_id, server_nonce, payload_sha256, object_id, payload_bytes, lease_expires_at_ms,
    state = 'reserved' AND lease_expires_at_ms > $5::bigint AND circuit_index >= $3::bigint AS open
  FROM circuit_storage.circuits
  WHERE device_no = (SELECT device_no FROM device) AND request_nonce = $4
), spent AS MATERIALIZED (
  SELECT FROM circuit_storage.spent_nonces
  WHERE device_no = (SELECT device_no FROM device) AND request_nonce = $4
), picked AS MATERIALIZED (
  SELECT device_no, circuit_index, request_nonce AS former_nonce FROM circuit_storage.circuits
  WHERE device_no = (SELECT device_no FROM device) AND circuit_index >= $3::bigint
    AND (state = 'ready' OR (state = 'reserved' AND lease_expires_at_ms <= $5::bigint))
    AND NOT EXISTS (SELECT FROM known) AND NOT EXISTS (SELECT FROM spent)
  ORDER BY circuit_index
  LIMIT 1
  FOR UPDATE
), reserved AS (
  UPDATE circuit_storage.circuits c
  SET state = 'reserved', request_nonce = $4, authentication_id = $6::uuid, server_nonce = $7,
    lease_expires_at_ms = $8::bigint
  FROM picked WHERE c.device_no = picked.device_no AND c.circuit_index = picked.circuit_index
  RETURNING c.circuit_index, c.authentication_id, c.server_nonce, c.payload_sha256, c.object_id, c.payload_bytes,
    c.lease_expires_at_ms, picked.former_nonce
), outdated AS (
  INSERT INTO circuit_storage.spent_nonces (device_no, request_nonce, spent_at_ms)
  SELECT device_no, former_nonce, $5::bigint FROM picked WHERE former_nonce IS NOT NULL
  ON CONFLICT DO NOTHING
), passed_over AS MATERIALIZED (
  SELECT device_no, circuit_index FROM circuit_storage.circuits
  WHERE device_no = (SELECT device_no FROM device) AND circuit_index < $3::bigint
    AND (state = 'ready' OR (state = 'reserved' AND lease_expires_at_ms <= $5::bigint))
    AND NOT EXISTS (SELECT FROM spent) AND NOT EXISTS (SELECT FROM known WHERE NOT open)
  FOR UPDATE SKIP LOCKED
), skipped AS (
  UPDATE circuit_storage.circuits c SET state = 'skipped', finished_at_ms = $5::bigint
  FROM passed_over p WHERE c.device_no = p.device_no AND c.circuit_index = p.circuit_index
  RETURNING 1
)
SELECT
  set_config('synchronous_commit', 'off', true),
  EXISTS (SELECT FROM spent) OR EXISTS (SELECT FROM known WHERE NOT open) AS nonce_spent,
  known.circuit_index IS NOT NULL AS repeated,
  reserved.former_nonce IS NOT NULL AS lease_taken_over,
  coalesce(known.circuit_index, reserved.circuit_index) AS circuit_index,
  coalesce(known.authentication_id, reserved.authentication_id) AS authentication_id,
  coalesce(known.server_nonce, reserved.server_nonce) AS server_nonce,
  coalesce(known.payload_sha256, reserved.payload_sha256) AS payload_sha256,
  coalesce(known.object_id, reserved.object_id) AS object_id,
  coalesce(known.payload_bytes, reserved.payload_bytes) AS payload_bytes,
  coalesce(known.lease_expires_at_ms, reserved.lease_expires_at_ms) AS lease_expires_at_ms,
  (SELECT count(*)::int FROM skipped) AS skipped,
  (
    SELECT count(*)::int FROM circuit_storage.circuits
    WHERE device_no = device.device_no AND circuit_index >= $3::bigint
      AND (state = 'ready' OR (state = 'reserved' AND lease_expires_at_ms <= $5::bigint))
  ) AS free_before
FROM device LEFT JOIN known ON true LEFT JOIN reserved ON true`,
);

export interface ReserveRow {
  readonly nonce_spent: boolean;
  readonly repeated: boolean;
  readonly lease_taken_over: boolean;
  readonly circuit_index: number | null;
  readonly authentication_id: string;
  readonly server_nonce: Uint8Array;
  readonly payload_sha256: Uint8Array;
  readonly object_id: Uint8Array;
  readonly payload_bytes: number;
  readonly lease_expires_at_ms: number;
  readonly skipped: number;
  /** Free circuits as the statement found them, before its own reservation. */
  readonly free_before: number;
}

/**
 * $1 user id, $2 device id, $3 index, $4 authentication id, $5 server nonce, $6 now.
 *
 * Waits for the disk even where the database is set up not to: a consumption must survive everything.
 */
export const CONSUME = statement<
  ConsumeRow,
  [
    userId: Uint8Array,
    deviceId: Uint8Array,
    circuitIndex: number,
    authenticationId: string,
    serverNonce: Uint8Array,
    nowMs: number,
  ]
>(
  'circuit-storage-consume',
  `
WITH device AS MATERIALIZED (
  SELECT device_no, next_free_index FROM circuit_storage.devices WHERE user_id = $1 AND device_id = $2
), consumed AS (
  UPDATE circuit_storage.circuits SET state = 'consumed', finished_at_ms = $6::bigint
  WHERE device_no = (SELECT device_no FROM device) AND circuit_index = $3::bigint
    AND authentication_id = $4::uuid AND server_nonce = $5
    AND state = 'reserved' AND lease_expires_at_ms > $6::bigint
  RETURNING payload_sha256, object_id
)
SELECT
  set_config(
    'synchronous_commit',
    CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
    true
  ),
  consumed.payload_sha256,
  consumed.object_id,
  before.state::text AS state_before,
  before.lease_expires_at_ms <= $6::bigint AS lease_ran_out,
  device.next_free_index AS next_free_index,
  (
    SELECT count(*)::int FROM circuit_storage.circuits
    WHERE device_no = device.device_no AND circuit_index > $3::bigint
      AND (state = 'ready' OR (state = 'reserved' AND lease_expires_at_ms <= $6::bigint))
  ) AS stock
FROM device
JOIN circuit_storage.circuits before ON before.device_no = device.device_no AND before.circuit_index = $3::bigint
  AND before.authentication_id = $4::uuid AND before.server_nonce = $5
LEFT JOIN consumed ON true`,
);

export interface ConsumeRow {
  readonly payload_sha256: Uint8Array | null;
  readonly object_id: Uint8Array | null;
  readonly state_before: CircuitState;
  readonly lease_ran_out: boolean;
  readonly next_free_index: number;
  readonly stock: number;
}

/** $1 authentication id. A lost release costs no more than the wait for the end of the lease. */
export const RELEASE = statement<{ released: boolean }, [authenticationId: string]>(
  'circuit-storage-release',
  `
WITH released AS (
  UPDATE circuit_storage.circuits
  SET state = 'ready', authentication_id = NULL, server_nonce = NULL, request_nonce = NULL, lease_expires_at_ms = NULL
  WHERE authentication_id = $1::uuid AND state = 'reserved'
  RETURNING 1
)
SELECT set_config('synchronous_commit', 'off', true), EXISTS (SELECT FROM released) AS released`,
);

export interface FindRow {
  readonly state: CircuitState;
  readonly payload_sha256: Uint8Array;
  readonly payload_bytes: number;
  readonly object_id: Uint8Array;
  readonly has_payload: boolean;
}

/** $1 user id, $2 device id, $3 index. */
export const FIND = statement<FindRow, [userId: Uint8Array, deviceId: Uint8Array, circuitIndex: number]>(
  'circuit-storage-find',
  `
SELECT c.state::text AS state, c.payload_sha256, c.payload_bytes, c.object_id, c.has_payload
FROM circuit_storage.devices d JOIN circuit_storage.circuits c USING (device_no)
WHERE d.user_id = $1 AND d.device_id = $2 AND c.circuit_index = $3::bigint`,
);

/** $1 user id, $2 device id, $3 now. */
export const STOCK = statement<
  { next_free_index: number; stock: number; shared_circuits: number; enrollment_circuits: number },
  [userId: Uint8Array, deviceId: Uint8Array, nowMs: number]
>(
  'circuit-storage-stock',
  `
SELECT d.next_free_index AS next_free_index, d.shared_circuits, d.enrollment_circuits, (
  SELECT count(*)::int FROM circuit_storage.circuits c
  WHERE c.device_no = d.device_no
    AND (c.state = 'ready' OR (c.state = 'reserved' AND c.lease_expires_at_ms <= $3::bigint))
) AS stock
FROM circuit_storage.devices d WHERE d.user_id = $1 AND d.device_id = $2`,
);
