-- TRUNCATE passes row triggers by.
CREATE FUNCTION node_persistence.refuse_audit_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON node_persistence.audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION node_persistence.refuse_audit_truncate();
