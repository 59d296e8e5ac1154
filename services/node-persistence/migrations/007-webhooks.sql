-- Webhooks: an event and its deliveries are written by triggers, in the transaction of what happened. So an event
-- exists if and only if its cause was committed, whichever version of the service wrote it.

CREATE TABLE node_persistence.webhooks (
  webhook_id uuid PRIMARY KEY,
  tenant_id integer NOT NULL REFERENCES node_persistence.tenants,
  url text NOT NULL,
  event_types text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  -- The secret is not here: the operations-service derives it from a key of its own, the id and this number.
  secret_version integer NOT NULL DEFAULT 1,
  secret_rotated_at_ms bigint,
  created_at_ms bigint NOT NULL
);
CREATE INDEX webhooks_by_tenant ON node_persistence.webhooks (tenant_id);

CREATE TABLE node_persistence.webhook_events (
  event_id uuid PRIMARY KEY,
  tenant_id integer NOT NULL,
  type text NOT NULL,
  occurred_at_ms bigint NOT NULL,
  data jsonb NOT NULL
);
CREATE INDEX webhook_events_by_time ON node_persistence.webhook_events USING brin (occurred_at_ms);

-- No foreign keys: each event would write to the rows it points at. What a deleted webhook leaves is never claimed.
CREATE TABLE node_persistence.webhook_deliveries (
  delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL,
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
  -- Of the present round: a replay begins a new one.
  attempts integer NOT NULL DEFAULT 0,
  created_at_ms bigint NOT NULL,
  -- The end of a pause or of a lease, whichever runs.
  due_at_ms bigint NOT NULL DEFAULT 0,
  finished_at_ms bigint
);
CREATE INDEX webhook_deliveries_due ON node_persistence.webhook_deliveries (due_at_ms) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_webhook ON node_persistence.webhook_deliveries (webhook_id, state);
CREATE INDEX webhook_deliveries_by_tenant ON node_persistence.webhook_deliveries (tenant_id, delivery_id);
CREATE INDEX webhook_deliveries_by_event ON node_persistence.webhook_deliveries (event_id);

CREATE TABLE node_persistence.webhook_attempts (
  attempt_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id bigint NOT NULL REFERENCES node_persistence.webhook_deliveries ON DELETE CASCADE,
  attempted_at_ms bigint NOT NULL,
  http_status integer,
  failure text,
  duration_ms integer NOT NULL
);
CREATE INDEX webhook_attempts_by_delivery ON node_persistence.webhook_attempts (delivery_id);

CREATE FUNCTION node_persistence.publish_event(p_tenant_id integer, p_type text, p_now_ms bigint, p_data jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_event_id uuid;
BEGIN
  -- Nearly always nobody listens: one look into an index, and done.
  PERFORM FROM node_persistence.webhooks w
    WHERE w.tenant_id = p_tenant_id AND w.enabled AND p_type = ANY (w.event_types);
  IF NOT FOUND THEN RETURN; END IF;
  v_event_id := gen_random_uuid();
  INSERT INTO node_persistence.webhook_events (event_id, tenant_id, type, occurred_at_ms, data)
  VALUES (v_event_id, p_tenant_id, p_type, p_now_ms, jsonb_strip_nulls(p_data));
  INSERT INTO node_persistence.webhook_deliveries (tenant_id, webhook_id, event_id, created_at_ms)
  SELECT p_tenant_id, w.webhook_id, v_event_id, p_now_ms FROM node_persistence.webhooks w
   WHERE w.tenant_id = p_tenant_id AND w.enabled AND p_type = ANY (w.event_types);
END $$;

CREATE FUNCTION node_persistence.wire_id(p_id bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT upper(encode(p_id, 'hex'))
$$;

-- For what carries no time of its own.
CREATE FUNCTION node_persistence.clock_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

CREATE FUNCTION node_persistence.publish_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM node_persistence.publish_event(NEW.tenant_id, 'user.enrolled', NEW.created_at_ms,
      jsonb_build_object('userId', node_persistence.wire_id(NEW.user_id)));
  ELSE
    PERFORM node_persistence.publish_event(OLD.tenant_id, 'user.deleted', node_persistence.clock_ms(),
      jsonb_build_object('userId', node_persistence.wire_id(OLD.user_id)));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER users_publish AFTER INSERT OR DELETE ON node_persistence.users
  FOR EACH ROW EXECUTE FUNCTION node_persistence.publish_user();

CREATE FUNCTION node_persistence.publish_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM node_persistence.publish_event(OLD.tenant_id, 'device.deleted', node_persistence.clock_ms(),
    jsonb_build_object('userId', node_persistence.wire_id(OLD.user_id),
                       'deviceId', node_persistence.wire_id(OLD.device_id)));
  RETURN NULL;
END $$;
CREATE TRIGGER devices_publish AFTER DELETE ON node_persistence.devices
  FOR EACH ROW EXECUTE FUNCTION node_persistence.publish_device();

CREATE FUNCTION node_persistence.publish_authentication() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_tenant_id integer;
BEGIN
  PERFORM FROM node_persistence.webhooks LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT u.tenant_id INTO v_tenant_id FROM node_persistence.users u WHERE u.user_id = NEW.user_id;
  PERFORM node_persistence.publish_event(v_tenant_id,
    CASE NEW.result WHEN 'match' THEN 'authentication.succeeded' ELSE 'authentication.failed' END,
    NEW.created_at_ms,
    jsonb_build_object('userId', node_persistence.wire_id(NEW.user_id),
                       'deviceId', node_persistence.wire_id(NEW.device_id),
                       'operationId', NEW.operation_id,
                       'reason', nullif(NEW.result, 'match')));
  RETURN NULL;
END $$;
CREATE TRIGGER authentications_publish AFTER INSERT ON node_persistence.authentications
  FOR EACH ROW EXECUTE FUNCTION node_persistence.publish_authentication();

CREATE FUNCTION node_persistence.publish_lockout() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_tenant_id integer;
BEGIN
  SELECT u.tenant_id INTO v_tenant_id FROM node_persistence.users u WHERE u.user_id = NEW.user_id;
  IF NEW.locked_until_ms > OLD.locked_until_ms THEN
    PERFORM node_persistence.publish_event(v_tenant_id, 'user.locked-out', node_persistence.clock_ms(),
      jsonb_build_object('userId', node_persistence.wire_id(NEW.user_id), 'lockedUntilMs', NEW.locked_until_ms));
  ELSE
    PERFORM node_persistence.publish_event(v_tenant_id, 'user.unlocked', node_persistence.clock_ms(),
      jsonb_build_object('userId', node_persistence.wire_id(NEW.user_id)));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lockouts_publish AFTER UPDATE ON node_persistence.lockouts
  FOR EACH ROW WHEN (OLD.locked_until_ms IS DISTINCT FROM NEW.locked_until_ms)
  EXECUTE FUNCTION node_persistence.publish_lockout();

CREATE FUNCTION node_persistence.publish_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM node_persistence.publish_event(NEW.tenant_id, 'settings.changed', node_persistence.clock_ms(),
    jsonb_build_object('settingsVersion', NEW.settings_version));
  RETURN NULL;
END $$;
CREATE TRIGGER tenants_publish AFTER UPDATE ON node_persistence.tenants
  FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION node_persistence.publish_settings();

-- Leases what is due. What another replica holds at this moment is skipped, not waited for.
CREATE FUNCTION node_persistence.claim_deliveries(p_now_ms bigint, p_lease_ms bigint, p_limit integer)
RETURNS SETOF node_persistence.webhook_deliveries LANGUAGE sql AS $$
  UPDATE node_persistence.webhook_deliveries d
     SET attempts = d.attempts + 1, due_at_ms = p_now_ms + p_lease_ms
   WHERE d.delivery_id IN (
     SELECT due.delivery_id FROM node_persistence.webhook_deliveries due
       JOIN node_persistence.webhooks w ON w.webhook_id = due.webhook_id
      WHERE due.state = 'pending' AND due.due_at_ms <= p_now_ms AND w.enabled
      ORDER BY due.due_at_ms LIMIT p_limit FOR UPDATE OF due SKIP LOCKED)
  RETURNING d.*
$$;
