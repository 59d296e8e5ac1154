-- Additive: a version before this one goes on working beside it.

-- Tokens of user authorization, each good for one use over all processes. A row goes when its token has expired.
CREATE TABLE node_persistence.used_tokens (
  -- Of an id that names the token among all tenants.
  token_sha256 bytea PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
  expires_at_ms bigint NOT NULL
);
CREATE INDEX used_tokens_by_expiry ON node_persistence.used_tokens (expires_at_ms);

-- The device never came to count, so that its circuits may be stored again should it enroll after all.
ALTER TABLE node_persistence.circuit_purges ADD COLUMN never_counted boolean NOT NULL DEFAULT false;

-- Client states ever made for the user, whatever became of them; those before this version are not counted.
ALTER TABLE node_persistence.users ADD COLUMN generated_client_states integer NOT NULL DEFAULT 0;

-- By a trigger and not in commit_enrollment, so that a version before this one counts them as well.
CREATE FUNCTION node_persistence.count_client_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE node_persistence.users SET generated_client_states = generated_client_states + 1
   WHERE user_id = NEW.user_id;
  RETURN NULL;
END $$;
CREATE TRIGGER devices_count_client_state AFTER INSERT ON node_persistence.devices
  FOR EACH ROW WHEN (NEW.device_type IN ('BACKUP', 'TEMPORARY_STATE'))
  EXECUTE FUNCTION node_persistence.count_client_state();
