-- Settings, API keys, operators and the audit trail. Additive: a version before this one goes on working beside it,
-- except that it lets a revoked key in.

ALTER TABLE node_persistence.tenants
  ADD COLUMN settings_version integer NOT NULL DEFAULT 1,
  ADD COLUMN user_authorization_type text NOT NULL DEFAULT 'None'
    CHECK (user_authorization_type IN ('None', 'RemoteJWKSet')),
  ADD COLUMN user_authorization_jwks_uri text,
  ADD COLUMN jwt_lifetime_seconds integer NOT NULL DEFAULT 0 CHECK (jwt_lifetime_seconds >= 0),
  ADD COLUMN jwt_audience text,
  ADD COLUMN jwt_include_jti boolean NOT NULL DEFAULT false,
  ADD COLUMN jwt_include_nonce boolean NOT NULL DEFAULT false,
  -- NULL: the default of the installation.
  ADD COLUMN authentication_history_days integer CHECK (authentication_history_days >= 1),
  ADD COLUMN audit_days integer CHECK (audit_days >= 1),
  ADD CONSTRAINT tenants_authorization_has_uri
    CHECK (user_authorization_type = 'None' OR user_authorization_jwks_uri IS NOT NULL);

-- Whoever changes a row, the version says so.
CREATE FUNCTION node_persistence.count_settings_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.settings_version := OLD.settings_version + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER tenants_version BEFORE UPDATE ON node_persistence.tenants
  FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION node_persistence.count_settings_version();

ALTER TABLE node_persistence.api_keys
  ADD COLUMN revoked_at_ms bigint,
  -- Days since 1970: written once a day at most.
  ADD COLUMN last_used_day integer;
CREATE INDEX api_keys_by_tenant ON node_persistence.api_keys (tenant_id);

CREATE INDEX operations_by_tenant ON node_persistence.operations (tenant_id, operation_no);
CREATE INDEX lockouts_locked ON node_persistence.lockouts (locked_until_ms) WHERE locked_until_ms > 0;

CREATE TABLE node_persistence.operators (
  operator_id uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL CONSTRAINT operators_name_unique UNIQUE,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'admin')),
  disabled boolean NOT NULL DEFAULT false,
  -- NULL: every tenant of the installation.
  tenant_id integer REFERENCES node_persistence.tenants,
  created_at_ms bigint NOT NULL,
  last_sign_in_at_ms bigint
);

CREATE TABLE node_persistence.operator_sessions (
  token_sha256 bytea PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
  operator_id uuid NOT NULL REFERENCES node_persistence.operators ON DELETE CASCADE,
  expires_at_ms bigint NOT NULL,
  last_used_at_ms bigint NOT NULL
);
CREATE INDEX operator_sessions_by_operator ON node_persistence.operator_sessions (operator_id);
CREATE INDEX operator_sessions_by_expiry ON node_persistence.operator_sessions (expires_at_ms);

-- SHA-256 of an account's name or of an address: neither is kept in the clear for having failed.
CREATE TABLE node_persistence.sign_in_failures (
  subject bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
  window_started_at_ms bigint NOT NULL,
  failures integer NOT NULL
);
CREATE INDEX sign_in_failures_by_time ON node_persistence.sign_in_failures (window_started_at_ms);

-- A chain for each tenant, and chain 0 for the installation. The head is kept apart, so that cutting the end shows.
CREATE TABLE node_persistence.audit_chains (
  chain_id integer PRIMARY KEY,
  head_sequence bigint NOT NULL,
  head_hash bytea NOT NULL CHECK (octet_length(head_hash) = 32),
  pruned_sequence bigint NOT NULL DEFAULT 0,
  pruned_hash bytea NOT NULL CHECK (octet_length(pruned_hash) = 32)
);

CREATE TABLE node_persistence.audit_entries (
  chain_id integer NOT NULL,
  sequence bigint NOT NULL,
  occurred_at_ms bigint NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'api-key', 'system')),
  actor_id text NOT NULL,
  actor_name text,
  action text NOT NULL,
  target text NOT NULL,
  before jsonb,
  after jsonb,
  request_id text NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (chain_id, sequence)
);

CREATE FUNCTION node_persistence.audit_hash(p_previous bytea, p_entry node_persistence.audit_entries)
RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(p_previous || convert_to(jsonb_build_array(
    p_entry.chain_id, p_entry.sequence, p_entry.occurred_at_ms, p_entry.actor_kind, p_entry.actor_id,
    p_entry.actor_name, p_entry.action, p_entry.target, p_entry.before, p_entry.after, p_entry.request_id)::text, 'UTF8'))
$$;

CREATE FUNCTION node_persistence.append_audit(
  p_chain_id integer,
  p_now_ms bigint,
  p_actor_kind text,
  p_actor_id text,
  p_actor_name text,
  p_action text,
  p_target text,
  p_before jsonb,
  p_after jsonb,
  p_request_id text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_start bytea := sha256(convert_to('audit chain ' || p_chain_id, 'UTF8'));
  v_previous bytea;
  v_entry node_persistence.audit_entries;
BEGIN
  INSERT INTO node_persistence.audit_chains (chain_id, head_sequence, head_hash, pruned_hash)
  VALUES (p_chain_id, 0, v_start, v_start) ON CONFLICT (chain_id) DO NOTHING;
  -- The lock keeps entries of one chain one after the other.
  UPDATE node_persistence.audit_chains SET head_sequence = head_sequence + 1 WHERE chain_id = p_chain_id
    RETURNING head_sequence, head_hash INTO v_entry.sequence, v_previous;
  v_entry.chain_id := p_chain_id;
  v_entry.occurred_at_ms := p_now_ms;
  v_entry.actor_kind := p_actor_kind;
  v_entry.actor_id := p_actor_id;
  v_entry.actor_name := p_actor_name;
  v_entry.action := p_action;
  v_entry.target := p_target;
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.request_id := p_request_id;
  v_entry.hash := node_persistence.audit_hash(v_previous, v_entry);
  INSERT INTO node_persistence.audit_entries SELECT v_entry.*;
  UPDATE node_persistence.audit_chains SET head_hash = v_entry.hash WHERE chain_id = p_chain_id;
END $$;

-- Append-only: nothing is changed, and only what the retention has moved the start of the chain over is deleted.
CREATE FUNCTION node_persistence.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM node_persistence.audit_chains c
     WHERE c.chain_id = OLD.chain_id AND c.pruned_sequence >= OLD.sequence) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON node_persistence.audit_entries
  FOR EACH ROW EXECUTE FUNCTION node_persistence.refuse_audit_change();

-- Removes at most p_limit entries from the start of a chain, the ones at or before p_before_ms. The hash of the last
-- one stays, so that what follows can still be verified.
CREATE FUNCTION node_persistence.prune_audit(p_chain_id integer, p_before_ms bigint, p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_last bigint;
  v_removed integer;
BEGIN
  PERFORM FROM node_persistence.audit_chains WHERE chain_id = p_chain_id FOR UPDATE;
  SELECT max(first.sequence) INTO v_last FROM (
    SELECT e.sequence, e.occurred_at_ms, bool_and(e.occurred_at_ms <= p_before_ms) OVER (ORDER BY e.sequence) AS old
      FROM node_persistence.audit_entries e WHERE e.chain_id = p_chain_id ORDER BY e.sequence LIMIT p_limit) AS first
   WHERE first.old;
  IF v_last IS NULL THEN RETURN 0; END IF;
  UPDATE node_persistence.audit_chains c SET pruned_sequence = e.sequence, pruned_hash = e.hash
    FROM node_persistence.audit_entries e
   WHERE c.chain_id = p_chain_id AND e.chain_id = p_chain_id AND e.sequence = v_last;
  DELETE FROM node_persistence.audit_entries WHERE chain_id = p_chain_id AND sequence <= v_last;
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  RETURN v_removed;
END $$;

-- Recomputes a chain from the start the retention left to the recorded head.
CREATE FUNCTION node_persistence.verify_audit(
  p_chain_id integer,
  OUT out_checked integer,
  OUT out_first_broken bigint,
  OUT out_pruned bigint,
  OUT out_head bigint,
  OUT out_head_hash bytea
) LANGUAGE plpgsql AS $$
DECLARE
  v_start bytea := sha256(convert_to('audit chain ' || p_chain_id, 'UTF8'));
  v_previous bytea;
  v_expected bigint;
  v_entry node_persistence.audit_entries;
BEGIN
  -- With the head locked, no entry is added between the two readings.
  SELECT c.pruned_sequence, c.pruned_hash, c.head_sequence, c.head_hash
    INTO out_pruned, v_previous, out_head, out_head_hash
    FROM node_persistence.audit_chains c WHERE c.chain_id = p_chain_id FOR SHARE;
  IF NOT FOUND THEN
    out_pruned := 0;
    v_previous := v_start;
    out_head := 0;
    out_head_hash := v_start;
  END IF;
  out_checked := 0;
  v_expected := out_pruned + 1;
  FOR v_entry IN SELECT * FROM node_persistence.audit_entries e WHERE e.chain_id = p_chain_id ORDER BY e.sequence LOOP
    IF v_entry.sequence <> v_expected OR v_entry.hash <> node_persistence.audit_hash(v_previous, v_entry) THEN
      out_first_broken := v_expected;
      RETURN;
    END IF;
    v_previous := v_entry.hash;
    v_expected := v_expected + 1;
    out_checked := out_checked + 1;
  END LOOP;
  IF out_head <> v_expected - 1 OR out_head_hash <> v_previous THEN
    out_first_broken := v_expected;
  END IF;
END $$;
