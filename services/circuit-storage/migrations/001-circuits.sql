-- Times are milliseconds since the epoch, given by the service: leases are then testable without waiting.

CREATE TYPE circuit_storage.circuit_state AS ENUM (
  'ready',
  'reserved',
  'consumed',
  -- Passed over: its device named a higher index, so it will never be asked for.
  'skipped',
  -- Its payload is gone.
  'lost'
);

CREATE TABLE circuit_storage.devices (
  device_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Lowest index that was never stored. Outlives the rows of circuits: no index comes back after its tombstone is gone.
  next_free_index bigint NOT NULL DEFAULT 0,
  deleted_at_ms bigint,
  user_id bytea NOT NULL CHECK (octet_length(user_id) = 32),
  device_id bytea NOT NULL CHECK (octet_length(device_id) = 16),
  UNIQUE (user_id, device_id)
);

CREATE INDEX devices_deleted ON circuit_storage.devices (deleted_at_ms) WHERE deleted_at_ms IS NOT NULL;

CREATE TABLE circuit_storage.circuits (
  device_no bigint NOT NULL REFERENCES circuit_storage.devices,
  circuit_index bigint NOT NULL CHECK (circuit_index BETWEEN 0 AND 4294967294),
  stored_at_ms bigint NOT NULL,
  lease_expires_at_ms bigint,
  -- Consumed, skipped or lost since.
  finished_at_ms bigint,
  authentication_id uuid,
  state circuit_storage.circuit_state NOT NULL DEFAULT 'ready',
  payload_bytes integer NOT NULL CHECK (payload_bytes > 0),
  -- False once the object is deleted: what is left of the row is a tombstone.
  has_payload boolean NOT NULL DEFAULT true,
  object_id bytea NOT NULL CHECK (octet_length(object_id) = 8),
  payload_sha256 bytea NOT NULL CHECK (octet_length(payload_sha256) = 32),
  request_nonce bytea CHECK (octet_length(request_nonce) = 16),
  server_nonce bytea CHECK (octet_length(server_nonce) = 32),
  PRIMARY KEY (device_no, circuit_index),
  CHECK ((state IN ('consumed', 'skipped', 'lost')) = (finished_at_ms IS NOT NULL)),
  CHECK (
    state NOT IN ('reserved', 'consumed')
    OR num_nulls(authentication_id, request_nonce, server_nonce, lease_expires_at_ms) = 0
  )
) WITH (
  -- Every row is updated two or three times and then deleted.
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000
);

CREATE UNIQUE INDEX circuits_authentication_id ON circuit_storage.circuits (authentication_id)
  WHERE authentication_id IS NOT NULL;

-- Decides between two simultaneous requests with the same nonce.
CREATE UNIQUE INDEX circuits_request_nonce ON circuit_storage.circuits (device_no, request_nonce)
  WHERE request_nonce IS NOT NULL;

CREATE INDEX circuits_finished ON circuit_storage.circuits (has_payload, finished_at_ms)
  WHERE finished_at_ms IS NOT NULL;

-- Nonces of leases that ran out and whose circuit was reserved anew since: their replay is refused all the same.
CREATE TABLE circuit_storage.spent_nonces (
  device_no bigint NOT NULL REFERENCES circuit_storage.devices,
  spent_at_ms bigint NOT NULL,
  request_nonce bytea NOT NULL CHECK (octet_length(request_nonce) = 16),
  PRIMARY KEY (device_no, request_nonce)
);

CREATE INDEX spent_nonces_age ON circuit_storage.spent_nonces (spent_at_ms);
