-- Stores all tokens or none. Returns 'stored', 'conflict' (an index holds another hash, or was taken) or
-- 'device-not-found'. p_indexes holds no index twice.
CREATE FUNCTION node_persistence.put_match_tokens(
  p_user_id bytea,
  p_device_id bytea,
  p_indexes bigint[],
  p_hashes bytea[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_stored integer;
BEGIN
  -- The lock makes a deletion of the device wait, so that it finds and deletes what is stored here.
  PERFORM FROM node_persistence.devices d WHERE d.user_id = p_user_id AND d.device_id = p_device_id FOR KEY SHARE;
  IF NOT FOUND THEN
    PERFORM FROM node_persistence.enrollments e
      WHERE e.user_id = p_user_id AND e.device_id = p_device_id FOR KEY SHARE;
    IF NOT FOUND THEN RETURN 'device-not-found'; END IF;
  END IF;
  BEGIN
    INSERT INTO node_persistence.match_tokens AS m (user_id, device_id, circuit_index, token_hash)
    SELECT p_user_id, p_device_id, i.circuit_index, i.token_hash
      FROM unnest(p_indexes, p_hashes) AS i (circuit_index, token_hash)
     ORDER BY i.circuit_index
    ON CONFLICT (user_id, device_id, circuit_index) DO UPDATE SET token_hash = m.token_hash
      WHERE m.token_hash = excluded.token_hash;
    GET DIAGNOSTICS v_stored = ROW_COUNT;
    IF v_stored < cardinality(p_indexes) THEN RAISE EXCEPTION USING ERRCODE = 'ORC01'; END IF;
  EXCEPTION WHEN SQLSTATE 'ORC01' THEN
    RETURN 'conflict';
  END;
  RETURN 'stored';
END $$;
