-- Identity provider of a tenant. Additive: a version before this one goes on working beside it.

ALTER TABLE node_persistence.tenants
  ADD COLUMN openid_configuration_url text,
  ADD COLUMN openid_audience text;
