-- The end of an authentication in one step: takes the match token, compares it, records the outcome. Additive.
--
-- The vault offers its candidate only salted (spec 04 §5.2): who answers "match" without knowing the token is found out,
-- because the vault compares the token itself that comes back. The token is gone whatever the outcome.
CREATE FUNCTION node_persistence.settle_attempt(
  p_attempt_id uuid,
  p_circuit_index bigint,
  p_salt bytea,
  p_salted_token bytea,
  p_operation_id text,
  p_operation_payload text,
  p_operation_external_user_id text,
  p_now_ms bigint,
  p_attempt_ttl_ms bigint,
  OUT out_token_hash bytea,
  OUT out_verdict text,
  OUT out_outcome text,
  OUT out_sealed_template bytea,
  OUT out_epoch bigint,
  OUT out_remaining_attempts integer,
  OUT out_locked_until_ms bigint,
  OUT out_lockout_began boolean,
  OUT out_repeated boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_user_id bytea;
  v_device_id bytea;
BEGIN
  out_lockout_began := false;
  out_repeated := false;
  SELECT a.user_id, a.device_id INTO v_user_id, v_device_id
    FROM node_persistence.attempts a WHERE a.attempt_id = p_attempt_id;
  IF NOT FOUND THEN
    out_outcome := 'not-found';
    RETURN;
  END IF;
  -- In the order in which a deletion of the user takes its locks.
  PERFORM FROM node_persistence.lockouts l WHERE l.user_id = v_user_id FOR NO KEY UPDATE;
  UPDATE node_persistence.match_tokens m SET token_hash = NULL, taken_at_ms = p_now_ms
    FROM (SELECT t.token_hash FROM node_persistence.match_tokens t
           WHERE t.user_id = v_user_id AND t.device_id = v_device_id AND t.circuit_index = p_circuit_index
             AND t.token_hash IS NOT NULL
             FOR UPDATE) AS taken
   WHERE m.user_id = v_user_id AND m.device_id = v_device_id AND m.circuit_index = p_circuit_index
  RETURNING taken.token_hash INTO out_token_hash;
  IF NOT FOUND THEN
    out_outcome := 'no-token';
    RETURN;
  END IF;
  out_verdict := CASE WHEN sha256(p_salt || out_token_hash) = p_salted_token THEN 'match' ELSE 'no-match' END;
  SELECT f.out_outcome, f.out_sealed_template, f.out_epoch, f.out_remaining_attempts, f.out_locked_until_ms,
         f.out_lockout_began, f.out_repeated
    INTO out_outcome, out_sealed_template, out_epoch, out_remaining_attempts, out_locked_until_ms,
         out_lockout_began, out_repeated
    FROM node_persistence.finish_attempt(p_attempt_id, out_verdict, p_operation_id, p_operation_payload,
         p_operation_external_user_id, p_now_ms, p_attempt_ttl_ms) AS f;
END $$;
