import pg from 'pg';

/** Everything that a fault could lose or double, by name. */
export interface Inventory {
  /** Ids of committed users. */
  readonly users: ReadonlySet<string>;
  /** `user/device` of committed devices. */
  readonly devices: ReadonlySet<string>;
  /** By `user/device/index`, as the log names them; of devices that were not deleted. */
  readonly circuits: ReadonlyMap<string, StoredCircuit>;
  /** By the same name: `live`, or `taken` for the rest of a token that was looked up. */
  readonly tokens: ReadonlyMap<string, 'live' | 'taken'>;
  /** Verdicts by the id of their attempt. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** Keys of the payload objects. */
  readonly objects: ReadonlySet<string>;
}

export interface StoredCircuit {
  readonly state: string;
  readonly hasPayload: boolean;
  /** Of its payload in the object store. */
  readonly objectKey: string;
  readonly payloadSha256: string;
  readonly authenticationId: string | null;
}

interface CircuitRow extends Omit<StoredCircuit, 'objectKey'> {
  readonly name: string;
  readonly objectId: string;
}

const CIRCUITS = `
  SELECT upper(encode(d.user_id, 'hex')) || '/' || upper(encode(d.device_id, 'hex')) || '/' || c.circuit_index AS name,
         c.state, c.has_payload AS "hasPayload", encode(c.payload_sha256, 'hex') AS "payloadSha256",
         encode(c.object_id, 'hex') AS "objectId", c.authentication_id AS "authenticationId"
    FROM circuit_storage.circuits c JOIN circuit_storage.devices d USING (device_no)
   WHERE d.deleted_at_ms IS NULL`;
const TOKENS = `
  SELECT upper(encode(user_id, 'hex')) || '/' || upper(encode(device_id, 'hex')) || '/' || circuit_index AS name,
         CASE WHEN token_hash IS NULL THEN 'taken' ELSE 'live' END AS state
    FROM node_persistence.match_tokens`;

/** Reads database and object store; call it when no request is in flight. */
export const readInventory = async (
  databaseUrl: string,
  objects: ReadonlySet<string>,
): Promise<Inventory> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const named = async (sql: string): Promise<Set<string>> => {
    const { rows } = await client.query<{ name: string }>(sql);
    return new Set(rows.map(({ name }) => name));
  };
  const pairs = async (sql: string): Promise<Map<string, string>> => {
    const { rows } = await client.query<{ name: string; state: string }>(sql);
    return new Map(rows.map(({ name, state }) => [name, state]));
  };
  try {
    const { rows } = await client.query<CircuitRow>(CIRCUITS);
    return {
      users: await named(`SELECT upper(encode(user_id, 'hex')) AS name FROM node_persistence.users`),
      devices: await named(
        `SELECT upper(encode(user_id, 'hex')) || '/' || upper(encode(device_id, 'hex')) AS name
           FROM node_persistence.devices`,
      ),
      circuits: new Map(
        rows.map(({ name, objectId, ...row }) => [
          name,
          { ...row, objectKey: `${name}-${row.payloadSha256}-${objectId}` },
        ]),
      ),
      tokens: (await pairs(TOKENS)) as Map<string, 'live' | 'taken'>,
      verdicts: await pairs(
        `SELECT attempt_id::text AS name, outcome AS state FROM node_persistence.attempts
          WHERE outcome IN ('match', 'no-match')`,
      ),
      objects,
    };
  } finally {
    await client.end();
  }
};

const isUsable = ({ state }: StoredCircuit): boolean => state === 'ready' || state === 'reserved';
const deviceOf = (circuit: string): string => circuit.slice(0, circuit.lastIndexOf('/'));

const contradictionsOfCircuits = ({ circuits, tokens, objects, devices }: Inventory): string[] => {
  const found: string[] = [];
  const byPayload = new Map<string, string>();
  const withCircuits = new Set([...circuits.keys()].map(deviceOf));
  for (const [name, circuit] of circuits) {
    const twin = byPayload.get(circuit.payloadSha256);
    if (twin !== undefined) found.push(`circuits ${twin} and ${name} have one payload`);
    byPayload.set(circuit.payloadSha256, name);
    // What was uploaded for an enrollment that never counted is not asked for either.
    if (!isUsable(circuit) || !devices.has(deviceOf(name))) continue;
    if (!objects.has(circuit.objectKey)) found.push(`circuit ${name} is without its payload`);
    if (tokens.get(name) !== 'live') found.push(`circuit ${name} is without its match token`);
  }
  for (const device of devices) {
    if (!withCircuits.has(device)) found.push(`device ${device} is without circuits`);
  }
  return found;
};

/** Every way in which the parts of an inventory disagree; none of them may ever be seen. */
export const contradictionsIn = (inventory: Inventory): readonly string[] => {
  const found = contradictionsOfCircuits(inventory);
  const circuitOf = new Map(
    [...inventory.circuits].flatMap(([name, { authenticationId, state }]) =>
      authenticationId === null ? [] : [[authenticationId, { name, state }] as const],
    ),
  );
  for (const attempt of inventory.verdicts.keys()) {
    const circuit = circuitOf.get(attempt);
    if (circuit?.state !== 'consumed') found.push(`verdict ${attempt} is without a consumed circuit`);
    else if (inventory.tokens.get(circuit.name) === 'live') {
      found.push(`the match token of circuit ${circuit.name} outlived its verdict`);
    }
  }
  return found;
};

/** Payload objects that nothing will ever ask for: of used circuits, or of none. They are the sweeps' to remove. */
export const orphansIn = ({ circuits, objects }: Inventory): readonly string[] => {
  const wanted = new Set([...circuits.values()].filter(isUsable).map(({ objectKey }) => objectKey));
  return [...objects].filter((key) => !wanted.has(key));
};

/** What `before` had and `after` has not, and what came back although it was used. */
export const lossesBetween = (before: Inventory, after: Inventory): readonly string[] => {
  const found: string[] = [];
  for (const user of before.users) if (!after.users.has(user)) found.push(`user ${user} is lost`);
  for (const device of before.devices) if (!after.devices.has(device)) found.push(`device ${device} is lost`);
  for (const [name, was] of before.circuits) {
    const is = after.circuits.get(name);
    if (is === undefined || is.state === 'lost') found.push(`circuit ${name} is lost`);
    else if (is.objectKey !== was.objectKey) found.push(`circuit ${name} has another payload`);
    else if (!isUsable(was) && isUsable(is)) found.push(`circuit ${name} came back`);
  }
  for (const [name, was] of before.tokens) {
    const is = after.tokens.get(name);
    if (is === undefined) found.push(`the match token of circuit ${name} is lost`);
    else if (was === 'taken' && is === 'live') found.push(`the match token of circuit ${name} came back`);
  }
  for (const [attempt, was] of before.verdicts) {
    if (after.verdicts.get(attempt) !== was) found.push(`verdict ${attempt} changed`);
  }
  return found;
};
