import pg from 'pg';

/** Columns that change by themselves. */
const RESTLESS = new Set(['last_used_day']);

/**
 * Every row of the database that is a tenant's, by table: those with its id, those of its users, and the circuits of
 * their devices. For comparing before and after.
 */
export const rowsOfTenant = async (
  databaseUrl: string,
  customer: string,
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: columns } = await client.query<{ table: string; names: string[] }>(
      `SELECT format('%I.%I', table_schema, table_name) AS table, array_agg(column_name::text) AS names
         FROM information_schema.columns WHERE table_schema IN ('node_persistence', 'circuit_storage')
        GROUP BY 1 ORDER BY 1`,
    );
    const tenant = `(SELECT tenant_id FROM node_persistence.tenants WHERE customer = $1)`;
    const users = `(SELECT user_id FROM node_persistence.users WHERE tenant_id = ${tenant})`;
    const devices = `(SELECT device_no FROM circuit_storage.devices WHERE user_id IN ${users})`;
    const found: Record<string, string[]> = {};
    for (const { table, names } of columns) {
      const condition = names.includes('tenant_id')
        ? `tenant_id = ${tenant}`
        : names.includes('user_id')
          ? `user_id IN ${users}`
          : names.includes('device_no') && `device_no IN ${devices}`;
      if (!condition) continue;
      const { rows } = await client.query(`SELECT * FROM ${table} WHERE ${condition}`, [customer]);
      found[table] = rows
        .map((row: object) => JSON.stringify(row, (name, value) => (RESTLESS.has(name) ? undefined : value)))
        .sort();
    }
    return found;
  } finally {
    await client.end();
  }
};
