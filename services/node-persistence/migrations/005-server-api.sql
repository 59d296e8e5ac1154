-- What the server API asks for: pending operations, times of external users, visibility of the history, enrollments
-- from an offline server state. Additive: a version before this one goes on working beside it.

ALTER TABLE node_persistence.tenants
  ADD COLUMN authentication_visibility_seconds integer NOT NULL DEFAULT 600
    CHECK (authentication_visibility_seconds >= 1);

-- NULL: set by an enrollment, at the time the user was created.
ALTER TABLE node_persistence.users
  ADD COLUMN external_user_created_at_ms bigint,
  ADD COLUMN external_user_updated_at_ms bigint;

-- All circuits of an offline enrollment are stored: it may be committed by its user id, without its device.
ALTER TABLE node_persistence.enrollments
  ADD COLUMN awaits_commit boolean NOT NULL DEFAULT false;

-- A pending operation has no device yet.
ALTER TABLE node_persistence.operations ALTER COLUMN device_id DROP NOT NULL;
ALTER TABLE node_persistence.operations
  ADD COLUMN operation_no bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN state text NOT NULL DEFAULT 'approved' CHECK (state IN ('pending', 'approved')),
  -- Of the key that created it; NULL for one that a device created.
  ADD COLUMN api_key_id text,
  ADD COLUMN approved_at_ms bigint,
  ADD CONSTRAINT operations_approved_has_device CHECK (state = 'pending' OR device_id IS NOT NULL);
CREATE INDEX operations_pending ON node_persistence.operations (user_id, operation_no) WHERE state = 'pending';

-- As in 002, but a match approves a pending operation of the same user instead of being refused. A payload that the
-- device names must be the one the operation was created with: the person agreed to that one.
CREATE OR REPLACE FUNCTION node_persistence.finish_attempt(
  p_attempt_id uuid,
  p_outcome text,
  p_operation_id text,
  p_operation_payload text,
  p_operation_external_user_id text,
  p_now_ms bigint,
  p_attempt_ttl_ms bigint,
  OUT out_outcome text,
  OUT out_sealed_template bytea,
  OUT out_epoch bigint,
  OUT out_remaining_attempts integer,
  OUT out_locked_until_ms bigint,
  OUT out_lockout_began boolean,
  OUT out_repeated boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_attempt node_persistence.attempts%ROWTYPE;
  v_user_id bytea;
  v_allowed integer;
  v_window_ms bigint;
  v_suspension_ms bigint;
  v_failures_ms bigint[];
  v_recorded text;
BEGIN
  out_lockout_began := false;
  out_repeated := false;
  SELECT a.user_id INTO v_user_id FROM node_persistence.attempts a WHERE a.attempt_id = p_attempt_id;
  IF NOT FOUND THEN
    out_outcome := 'not-found';
    RETURN;
  END IF;
  SELECT l.failures_ms, l.locked_until_ms,
         t.lockout_failures, t.lockout_window_seconds * 1000::bigint, t.lockout_suspension_seconds * 1000::bigint
    INTO v_failures_ms, out_locked_until_ms, v_allowed, v_window_ms, v_suspension_ms
    FROM node_persistence.lockouts l
    JOIN node_persistence.users u ON u.user_id = l.user_id
    JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id
   WHERE l.user_id = v_user_id
     FOR NO KEY UPDATE OF l;
  IF NOT FOUND THEN
    out_outcome := 'not-found';
    RETURN;
  END IF;
  SELECT * INTO v_attempt FROM node_persistence.attempts a WHERE a.attempt_id = p_attempt_id;
  IF NOT FOUND THEN
    out_outcome := 'not-found';
    RETURN;
  END IF;
  SELECT d.sealed_template, d.epoch INTO out_sealed_template, out_epoch
    FROM node_persistence.devices d WHERE d.user_id = v_user_id AND d.device_id = v_attempt.device_id;
  IF NOT FOUND THEN
    out_outcome := 'not-found';
    RETURN;
  END IF;
  v_failures_ms := ARRAY(SELECT f FROM unnest(v_failures_ms) AS f WHERE f > p_now_ms - v_window_ms);

  v_recorded := v_attempt.outcome;
  IF v_recorded IS NOT NULL THEN
    out_repeated := true;
  ELSE
    v_recorded := p_outcome;
    IF p_outcome <> 'aborted' AND v_attempt.started_at_ms <= p_now_ms - p_attempt_ttl_ms THEN
      -- Another attempt may have taken its place: its verdict must not leave the backend. A failure counts even so.
      v_recorded := 'expired';
    ELSIF p_outcome = 'match' AND p_operation_id IS NOT NULL THEN
      INSERT INTO node_persistence.operations
        (tenant_id, operation_id, user_id, device_id, payload, external_user_id, created_at_ms)
      VALUES (v_attempt.tenant_id, p_operation_id, v_user_id, v_attempt.device_id, p_operation_payload,
              p_operation_external_user_id, p_now_ms)
      ON CONFLICT ON CONSTRAINT operations_unique DO UPDATE SET
        state = 'approved',
        device_id = excluded.device_id,
        approved_at_ms = p_now_ms,
        payload = coalesce(operations.payload, excluded.payload),
        external_user_id = coalesce(operations.external_user_id, excluded.external_user_id)
        WHERE operations.state = 'pending' AND operations.user_id = excluded.user_id
          AND (operations.payload IS NULL OR excluded.payload IS NULL OR operations.payload = excluded.payload);
      IF NOT FOUND THEN v_recorded := 'refused'; END IF;
    END IF;

    IF p_outcome = 'no-match' AND out_locked_until_ms <= p_now_ms THEN
      v_failures_ms := v_failures_ms || p_now_ms;
      IF cardinality(v_failures_ms) >= v_allowed THEN
        out_locked_until_ms := p_now_ms + v_suspension_ms;
        v_failures_ms := '{}';
        out_lockout_began := true;
      END IF;
      UPDATE node_persistence.lockouts l SET failures_ms = v_failures_ms, locked_until_ms = out_locked_until_ms
       WHERE l.user_id = v_user_id;
    ELSIF v_recorded IN ('match', 'refused') AND cardinality(v_failures_ms) > 0 THEN
      v_failures_ms := '{}';
      UPDATE node_persistence.lockouts l SET failures_ms = '{}' WHERE l.user_id = v_user_id;
    END IF;

    UPDATE node_persistence.attempts a SET outcome = v_recorded WHERE a.attempt_id = p_attempt_id;
    INSERT INTO node_persistence.authentications (user_id, device_id, created_at_ms, result, operation_id)
    VALUES (v_user_id, v_attempt.device_id, p_now_ms, v_recorded, p_operation_id);
  END IF;

  out_outcome := CASE
    WHEN v_recorded = 'expired' THEN 'not-found'
    WHEN v_recorded = 'refused' AND p_outcome = 'match' THEN 'operation-exists'
    WHEN v_recorded = p_outcome THEN 'finished'
    ELSE 'conflict' END;
  IF out_outcome <> 'finished' OR v_recorded <> 'match' THEN
    out_sealed_template := NULL;
  END IF;
  out_remaining_attempts := CASE
    WHEN out_locked_until_ms > p_now_ms THEN 0
    ELSE greatest(v_allowed - cardinality(v_failures_ms), 0) END;
END $$;
