import pg from 'pg';

/** What the database says happened, and every way in which it could contradict itself. */
export interface Ledger {
  readonly matches: number;
  readonly failures: number;
  readonly consumedCircuits: number;
  /** Circuits that were given up because their payload is gone or damaged. */
  readonly lostCircuits: number;
  /** Verdicts whose circuit is not recorded as consumed. */
  readonly verdictsWithoutCircuit: number;
  /** Circuits that could be reserved although their match token is gone. */
  readonly circuitsWithoutToken: number;
  /** Consumed circuits whose match token can still be taken by someone, beyond those that were never evaluated. */
  readonly verdictsWithLiveToken: number;
  readonly users: number;
}

const one = async (client: pg.Client, sql: string): Promise<number> => {
  const { rows } = await client.query<{ n: string }>(sql);
  return Number(rows[0]?.n);
};

/** Reads the ledger; call it when no request is in flight. */
export const readLedger = async (databaseUrl: string): Promise<Ledger> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const verdicts = (result: string) =>
      one(client, `SELECT count(*) n FROM node_persistence.authentications WHERE result = '${result}'`);
    return {
      matches: await verdicts('match'),
      failures: await verdicts('no-match'),
      consumedCircuits: await one(
        client,
        `SELECT count(*) n FROM circuit_storage.circuits WHERE state = 'consumed'`,
      ),
      lostCircuits: await one(client, `SELECT count(*) n FROM circuit_storage.circuits WHERE state = 'lost'`),
      verdictsWithoutCircuit: await one(
        client,
        `SELECT count(*) n FROM node_persistence.attempts a
           LEFT JOIN circuit_storage.circuits c ON c.authentication_id = a.attempt_id
          WHERE a.outcome IN ('match', 'no-match') AND c.state IS DISTINCT FROM 'consumed'`,
      ),
      circuitsWithoutToken: await one(
        client,
        `SELECT count(*) n FROM circuit_storage.circuits c
           JOIN circuit_storage.devices d USING (device_no)
           LEFT JOIN node_persistence.match_tokens t
             ON t.user_id = d.user_id AND t.device_id = d.device_id
            AND t.circuit_index = c.circuit_index AND t.token_hash IS NOT NULL
          WHERE c.state IN ('ready', 'reserved') AND d.deleted_at_ms IS NULL AND t.circuit_index IS NULL`,
      ),
      verdictsWithLiveToken: await one(
        client,
        `SELECT count(*) n FROM node_persistence.attempts a
           JOIN circuit_storage.circuits c ON c.authentication_id = a.attempt_id
           JOIN circuit_storage.devices d USING (device_no)
           JOIN node_persistence.match_tokens t
             ON t.user_id = d.user_id AND t.device_id = d.device_id AND t.circuit_index = c.circuit_index
          WHERE a.outcome IN ('match', 'no-match') AND t.token_hash IS NOT NULL`,
      ),
      users: await one(client, 'SELECT count(*) n FROM node_persistence.users'),
    };
  } finally {
    await client.end();
  }
};
