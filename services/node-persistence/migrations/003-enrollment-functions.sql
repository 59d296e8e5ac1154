-- Makes an enrollment count: user, lockout row, device with its template and operation appear together or not at all.
-- Returns 'committed' (also when it was before), 'not-found', 'expired', 'already-enrolled' or 'operation-exists'.
CREATE FUNCTION node_persistence.commit_enrollment(
  p_enrollment_id uuid,
  p_tenant_id integer,
  p_now_ms bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_enrollment node_persistence.enrollments%ROWTYPE;
  v_constraint text;
BEGIN
  SELECT * INTO v_enrollment FROM node_persistence.enrollments e
   WHERE e.enrollment_id = p_enrollment_id AND e.tenant_id = p_tenant_id FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF v_enrollment.state = 'committed' THEN RETURN 'committed'; END IF;
  IF v_enrollment.expires_at_ms <= p_now_ms THEN RETURN 'expired'; END IF;

  BEGIN
    INSERT INTO node_persistence.users AS u
      (user_id, tenant_id, external_user_id, external_user_key, created_at_ms)
    VALUES (v_enrollment.user_id, p_tenant_id, v_enrollment.external_user_id, v_enrollment.external_user_key, p_now_ms)
    ON CONFLICT (user_id) DO UPDATE SET
      external_user_id = coalesce(u.external_user_id, excluded.external_user_id),
      external_user_key = coalesce(u.external_user_key, excluded.external_user_key)
      WHERE u.tenant_id = excluded.tenant_id;
    IF NOT FOUND THEN RETURN 'already-enrolled'; END IF;

    INSERT INTO node_persistence.lockouts (user_id) VALUES (v_enrollment.user_id) ON CONFLICT DO NOTHING;

    INSERT INTO node_persistence.devices
      (user_id, device_id, tenant_id, public_signing_key, public_encryption_key, device_type, device_origin, os_version,
       sdk_version, artifact_family, artifact_version, code_bits, threshold, epoch, sealed_template, created_at_ms)
    SELECT e.user_id, e.device_id, e.tenant_id, e.public_signing_key, e.public_encryption_key, e.device_type,
           e.device_origin, e.os_version, e.sdk_version, e.artifact_family, e.artifact_version, e.code_bits,
           e.threshold, e.epoch, e.sealed_template, p_now_ms
      FROM node_persistence.enrollments e WHERE e.enrollment_id = p_enrollment_id;

    IF v_enrollment.operation_id IS NOT NULL THEN
      INSERT INTO node_persistence.operations
        (tenant_id, operation_id, user_id, device_id, payload, external_user_id, created_at_ms)
      VALUES (p_tenant_id, v_enrollment.operation_id, v_enrollment.user_id, v_enrollment.device_id,
              v_enrollment.operation_payload, v_enrollment.operation_external_user_id, p_now_ms);
    END IF;

    UPDATE node_persistence.enrollments e
       SET state = 'committed', committed_at_ms = p_now_ms, sealed_template = NULL, operation_payload = NULL
     WHERE e.enrollment_id = p_enrollment_id;
  EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS v_constraint = CONSTRAINT_NAME;
    IF v_constraint = 'operations_unique' THEN RETURN 'operation-exists'; END IF;
    -- The device's key or the external user counts already: someone else was faster.
    IF v_constraint IN ('devices_key_unique', 'devices_pkey', 'users_external_user_unique') THEN
      RETURN 'already-enrolled';
    END IF;
    RAISE;
  END;
  RETURN 'committed';
END $$;
