-- Times are milliseconds since 1970 by the clock of the service, passed in with every statement.
-- Ids are bytea: user 32 bytes, device 16 bytes, both upper-case hex on the wire.

CREATE SEQUENCE node_persistence.sdk_customer_ids AS integer START WITH 42;

CREATE TABLE node_persistence.tenants (
  tenant_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer text COLLATE "C" NOT NULL CONSTRAINT tenants_customer_unique UNIQUE,
  sdk_customer_id integer NOT NULL UNIQUE DEFAULT nextval('node_persistence.sdk_customer_ids'),
  lockout_failures integer NOT NULL CHECK (lockout_failures BETWEEN 1 AND 100),
  lockout_window_seconds integer NOT NULL CHECK (lockout_window_seconds >= 1),
  lockout_suspension_seconds integer NOT NULL CHECK (lockout_suspension_seconds >= 1),
  created_at_ms bigint NOT NULL
);

CREATE TABLE node_persistence.api_keys (
  key_sha256 bytea PRIMARY KEY CHECK (octet_length(key_sha256) = 32),
  tenant_id integer NOT NULL REFERENCES node_persistence.tenants,
  kind text NOT NULL CHECK (kind IN ('download', 'mobile', 'secret')),
  created_at_ms bigint NOT NULL
);

CREATE TABLE node_persistence.users (
  user_id bytea PRIMARY KEY CHECK (octet_length(user_id) = 32),
  tenant_id integer NOT NULL REFERENCES node_persistence.tenants,
  external_user_id text,
  -- Folded by the service, not by lower(): what equals what must not depend on the locale of a database.
  external_user_key text COLLATE "C",
  created_at_ms bigint NOT NULL,
  CHECK ((external_user_id IS NULL) = (external_user_key IS NULL))
);
CREATE UNIQUE INDEX users_external_user_unique
  ON node_persistence.users (tenant_id, external_user_key) WHERE external_user_key IS NOT NULL;
CREATE INDEX users_by_tenant ON node_persistence.users (tenant_id, user_id);

CREATE TABLE node_persistence.devices (
  user_id bytea NOT NULL REFERENCES node_persistence.users ON DELETE CASCADE,
  device_id bytea NOT NULL CHECK (octet_length(device_id) = 16),
  tenant_id integer NOT NULL,
  public_signing_key bytea NOT NULL CHECK (octet_length(public_signing_key) = 91),
  public_encryption_key text,
  device_type text NOT NULL,
  device_origin text NOT NULL,
  os_version text,
  sdk_version text,
  artifact_family text NOT NULL,
  artifact_version text NOT NULL,
  code_bits integer NOT NULL,
  threshold integer NOT NULL,
  epoch bigint NOT NULL,
  sealed_template bytea NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (user_id, device_id),
  CONSTRAINT devices_key_unique UNIQUE (tenant_id, device_id)
);

-- A device that does not count yet; once committed, the memory that makes a repeated commit harmless.
CREATE TABLE node_persistence.enrollments (
  enrollment_id uuid PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES node_persistence.tenants,
  user_id bytea NOT NULL CHECK (octet_length(user_id) = 32),
  device_id bytea NOT NULL CHECK (octet_length(device_id) = 16),
  state text NOT NULL CHECK (state IN ('open', 'committed')),
  public_signing_key bytea NOT NULL CHECK (octet_length(public_signing_key) = 91),
  public_encryption_key text,
  device_type text NOT NULL,
  device_origin text NOT NULL,
  os_version text,
  sdk_version text,
  artifact_family text NOT NULL,
  artifact_version text NOT NULL,
  code_bits integer NOT NULL,
  threshold integer NOT NULL,
  epoch bigint NOT NULL,
  -- Moves to the device at the commit: one copy at a time.
  sealed_template bytea CHECK ((sealed_template IS NULL) = (state = 'committed')),
  external_user_id text,
  external_user_key text COLLATE "C",
  operation_id text COLLATE "C",
  operation_payload text,
  operation_external_user_id text,
  expires_at_ms bigint NOT NULL,
  committed_at_ms bigint
);
CREATE UNIQUE INDEX enrollments_open_unique
  ON node_persistence.enrollments (tenant_id, device_id) WHERE state = 'open';
CREATE INDEX enrollments_by_user ON node_persistence.enrollments (user_id);
CREATE INDEX enrollments_open_by_expiry ON node_persistence.enrollments (expires_at_ms) WHERE state = 'open';
CREATE INDEX enrollments_committed
  ON node_persistence.enrollments (committed_at_ms) WHERE state = 'committed';

-- Ids stay when their user goes, so that none is ever accepted twice; payload and external user do not.
CREATE TABLE node_persistence.operations (
  tenant_id integer NOT NULL REFERENCES node_persistence.tenants,
  operation_id text COLLATE "C" NOT NULL,
  user_id bytea NOT NULL,
  device_id bytea NOT NULL,
  payload text,
  external_user_id text,
  created_at_ms bigint NOT NULL,
  CONSTRAINT operations_unique PRIMARY KEY (tenant_id, operation_id)
);
CREATE INDEX operations_by_user ON node_persistence.operations (user_id);

-- One row per user, changed by every verdict: narrow, apart, with room on its page for the next version.
CREATE TABLE node_persistence.lockouts (
  user_id bytea PRIMARY KEY REFERENCES node_persistence.users ON DELETE CASCADE,
  failures_ms bigint[] NOT NULL DEFAULT '{}',
  locked_until_ms bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- No foreign keys here and in the history: each would write to the row it points at, once per authentication.
-- Deleting a user takes the lockout row's lock first, which every writer of attempts holds.
CREATE TABLE node_persistence.attempts (
  attempt_id uuid PRIMARY KEY,
  tenant_id integer NOT NULL,
  user_id bytea NOT NULL,
  device_id bytea NOT NULL,
  started_at_ms bigint NOT NULL,
  -- NULL: in flight. 'refused': matched, but its operation exists. 'expired': finished too late to count as in flight.
  outcome text CHECK (outcome IN ('match', 'no-match', 'aborted', 'refused', 'expired'))
);
CREATE INDEX attempts_in_flight ON node_persistence.attempts (user_id) WHERE outcome IS NULL;
CREATE INDEX attempts_by_start ON node_persistence.attempts USING brin (started_at_ms);

CREATE TABLE node_persistence.authentications (
  authentication_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bytea NOT NULL,
  device_id bytea NOT NULL,
  created_at_ms bigint NOT NULL,
  result text NOT NULL,
  operation_id text
);
CREATE INDEX authentications_by_user ON node_persistence.authentications (user_id, created_at_ms);
CREATE INDEX authentications_by_time ON node_persistence.authentications USING brin (created_at_ms);

-- A taken token leaves its row with a NULL hash: its index cannot be stored again while a refill ticket lives.
CREATE TABLE node_persistence.match_tokens (
  user_id bytea NOT NULL,
  device_id bytea NOT NULL,
  circuit_index bigint NOT NULL,
  token_hash bytea CHECK (octet_length(token_hash) = 32),
  taken_at_ms bigint,
  PRIMARY KEY (user_id, device_id, circuit_index),
  CHECK ((token_hash IS NULL) = (taken_at_ms IS NOT NULL))
);
CREATE INDEX match_tokens_taken ON node_persistence.match_tokens (taken_at_ms) WHERE token_hash IS NULL;

CREATE TABLE node_persistence.client_states (
  user_id bytea PRIMARY KEY REFERENCES node_persistence.users ON DELETE CASCADE,
  version bigint NOT NULL,
  wrapped bytea NOT NULL
);

CREATE TABLE node_persistence.circuit_purges (
  user_id bytea NOT NULL,
  device_id bytea NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (user_id, device_id)
);
CREATE INDEX circuit_purges_by_time ON node_persistence.circuit_purges (created_at_ms);
