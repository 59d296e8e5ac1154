-- The two steps of an authentication, one round trip each. Both take the lock of the user's lockout row before they
-- count, and count in a statement of their own: under READ COMMITTED it sees all that earlier holders committed.

-- How many verdicts a user may still get before a suspension is settled here, before any of them exists:
-- failures in the window + attempts in flight never exceed the allowed failures.
CREATE FUNCTION node_persistence.start_attempt(
  p_tenant_id integer,
  p_user_id bytea,
  p_device_id bytea,
  p_attempt_id uuid,
  p_now_ms bigint,
  p_attempt_ttl_ms bigint,
  OUT out_outcome text,
  OUT out_external_user_id text,
  OUT out_code_bits integer,
  OUT out_threshold integer,
  OUT out_locked_until_ms bigint,
  OUT out_lockout_began boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_device bytea;
  v_allowed integer;
  v_window_ms bigint;
  v_suspension_ms bigint;
  v_failures_ms bigint[];
  v_failures integer;
  v_in_flight integer;
BEGIN
  -- An attempt that a crash of the database takes away cannot be finished, so no verdict is lost uncounted; the
  -- failures themselves are written by finish_attempt, durably.
  PERFORM set_config('synchronous_commit', 'off', true);
  out_lockout_began := false;

  SELECT u.external_user_id, d.device_id, d.code_bits, d.threshold, l.failures_ms, l.locked_until_ms,
         t.lockout_failures, t.lockout_window_seconds * 1000::bigint, t.lockout_suspension_seconds * 1000::bigint
    INTO out_external_user_id, v_device, out_code_bits, out_threshold, v_failures_ms, out_locked_until_ms,
         v_allowed, v_window_ms, v_suspension_ms
    FROM node_persistence.lockouts l
    JOIN node_persistence.users u ON u.user_id = l.user_id
    JOIN node_persistence.tenants t ON t.tenant_id = u.tenant_id
    LEFT JOIN node_persistence.devices d ON d.user_id = u.user_id AND d.device_id = p_device_id
   WHERE l.user_id = p_user_id AND u.tenant_id = p_tenant_id
     FOR NO KEY UPDATE OF l;
  IF NOT FOUND THEN
    out_outcome := 'user-not-found';
    RETURN;
  END IF;
  IF v_device IS NULL THEN
    out_outcome := 'device-not-found';
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM node_persistence.attempts a WHERE a.attempt_id = p_attempt_id) THEN
    out_outcome := 'replayed';
    RETURN;
  END IF;
  IF out_locked_until_ms > p_now_ms THEN
    out_outcome := 'locked-out';
    RETURN;
  END IF;

  SELECT count(*) INTO v_failures FROM unnest(v_failures_ms) AS f WHERE f > p_now_ms - v_window_ms;
  IF v_failures >= v_allowed THEN
    -- Only after the tenant's limit was lowered below what had been counted.
    out_locked_until_ms := p_now_ms + v_suspension_ms;
    UPDATE node_persistence.lockouts SET failures_ms = '{}', locked_until_ms = out_locked_until_ms
     WHERE user_id = p_user_id;
    out_lockout_began := true;
    out_outcome := 'locked-out';
    RETURN;
  END IF;

  SELECT count(*) INTO v_in_flight FROM node_persistence.attempts a
   WHERE a.user_id = p_user_id AND a.outcome IS NULL AND a.started_at_ms > p_now_ms - p_attempt_ttl_ms;
  IF v_failures + v_in_flight >= v_allowed THEN
    out_outcome := 'busy';
    RETURN;
  END IF;

  -- The same id may come in for another user at this moment: that lock is not ours.
  INSERT INTO node_persistence.attempts (attempt_id, tenant_id, user_id, device_id, started_at_ms)
  VALUES (p_attempt_id, p_tenant_id, p_user_id, p_device_id, p_now_ms)
  ON CONFLICT (attempt_id) DO NOTHING;
  out_outcome := CASE WHEN FOUND THEN 'started' ELSE 'replayed' END;
END $$;

CREATE FUNCTION node_persistence.finish_attempt(
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
      ON CONFLICT ON CONSTRAINT operations_unique DO NOTHING;
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
