-- Additive: a version before this one goes on working beside it, and its uploads by append_circuits count as well.

ALTER TABLE circuit_storage.devices
  -- Circuits the device ever stored.
  ADD COLUMN shared_circuits bigint NOT NULL DEFAULT 0,
  -- Those of them that it stored before its enrollment was committed; 0 for devices older than this column.
  ADD COLUMN enrollment_circuits bigint NOT NULL DEFAULT 0;
UPDATE circuit_storage.devices SET shared_circuits = next_free_index;

-- As in 002, and counts what it stores.
CREATE OR REPLACE FUNCTION circuit_storage.append_circuits(
  p_user_id bytea,
  p_device_id bytea,
  p_indexes bigint[],
  p_sha256s bytea[],
  p_object_ids bytea[],
  p_bytes integer[],
  p_max_unfinished integer,
  p_now_ms bigint
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_device_no bigint;
  v_unfinished integer;
  v_ready integer;
  v_added integer := cardinality(p_indexes);
BEGIN
  -- The lock makes uploads and the deletion of a device come one after another; what follows sees all before it.
  SELECT d.device_no INTO v_device_no FROM circuit_storage.devices d
   WHERE d.user_id = p_user_id AND d.device_id = p_device_id
     AND d.deleted_at_ms IS NULL AND d.next_free_index <= p_indexes[1]
     FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT count(*), count(*) FILTER (WHERE c.state = 'ready' OR c.lease_expires_at_ms <= p_now_ms)
    INTO v_unfinished, v_ready
    FROM circuit_storage.circuits c
   WHERE c.device_no = v_device_no AND c.state IN ('ready', 'reserved');
  IF v_unfinished + v_added > p_max_unfinished THEN RETURN NULL; END IF;
  INSERT INTO circuit_storage.circuits
    (device_no, circuit_index, payload_sha256, object_id, payload_bytes, stored_at_ms)
  SELECT v_device_no, i.circuit_index, i.payload_sha256, i.object_id, i.payload_bytes, p_now_ms
    FROM unnest(p_indexes, p_sha256s, p_object_ids, p_bytes)
      AS i (circuit_index, payload_sha256, object_id, payload_bytes);
  UPDATE circuit_storage.devices
     SET next_free_index = p_indexes[v_added] + 1, shared_circuits = shared_circuits + v_added
   WHERE device_no = v_device_no;
  RETURN v_ready + v_added;
END $$;
