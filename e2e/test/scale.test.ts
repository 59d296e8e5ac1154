import { setTimeout as delay } from 'node:timers/promises';
import { isRecognizeError } from '@openrecognize/contracts';
import { connectSyntheticUsers, type SyntheticUser } from '@openrecognize/synthetic-users';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CephRgw, startCephRgw } from '../../tools/test-services/ceph-rgw.ts';
import { freePort } from '../../tools/test-services/free-port.ts';
import { type Haproxy, startHaproxy } from '../../tools/test-services/haproxy.ts';
import {
  contradictionsIn,
  type ReplicatedService,
  readInventory,
  readLedger,
  replicatedServices,
  type ScaledStack,
  startScaledStack,
} from '../src/index.ts';

const REPLICA_COUNT = 3;
const CONNECTIONS_PER_PROCESS = 4;
const USER_COUNT = 8;
const BUCKET = 'circuits';

const isWanted = process.env['SCALE_TEST'] === '1';
if (!isWanted) console.log('skipped: replicas behind a load balancer (SCALE_TEST is not 1)');
const rgw = isWanted ? await startCephRgw() : { skipped: 'not wanted' };
if (isWanted && rgw.skipped !== undefined) console.log(`skipped: replicas (${rgw.skipped})`);

/** Users that authenticate again and again until told to stop, each on its own. */
const startLoad = (users: readonly SyntheticUser[]) => {
  const failures: { readonly code: string; readonly atMs: number }[] = [];
  let isStopped = false;
  let inFlight = 0;
  let done = 0;
  const loop = async (user: SyntheticUser): Promise<void> => {
    while (!isStopped) {
      inFlight++;
      try {
        const { refill } = await user.authenticate({ transactionData: '{"amount":"1.00"}' });
        if (refill.failure) failures.push({ code: `REFILL ${refill.failure.code}`, atMs: performance.now() });
        done++;
      } catch (error) {
        failures.push({
          code: isRecognizeError(error) ? error.code : String(error),
          atMs: performance.now(),
        });
      } finally {
        inFlight--;
      }
      await delay(50);
    }
  };
  const loops = users.map(loop);
  return {
    failures,
    inFlight: () => inFlight,
    done: () => done,
    stop: async () => {
      isStopped = true;
      await Promise.all(loops);
    },
  };
};

describe.skipIf(rgw.skipped !== undefined)('three replicas of each service', { timeout: 420_000 }, () => {
  let stack: ScaledStack;
  let balancer: Haproxy | undefined;
  let users: ReturnType<typeof connectSyntheticUsers>;
  const server = (rgw as { readonly server?: CephRgw }).server!;
  const query = async <Row extends object>(sql: string): Promise<readonly Row[]> => {
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    await server.createBucket(BUCKET);
    const front = new Map<string, number>();
    const replicas = new Map<string, number>();
    for (const name of replicatedServices) {
      front.set(name, await freePort());
      for (let i = 0; i < REPLICA_COUNT; i++) replicas.set(`${name}-${i}`, await freePort());
    }
    const replicaPortOf = (name: ReplicatedService, i: number) => replicas.get(`${name}-${i}`)!;
    stack = await startScaledStack({
      objectStore: { ...server, bucket: BUCKET },
      portOf: (name) => front.get(name) ?? 9,
      replicaPortOf,
    });
    const groups = replicatedServices.map((name) => ({
      name,
      port: front.get(name)!,
      replicaPorts: Array.from({ length: REPLICA_COUNT }, (_, i) => replicaPortOf(name, i)),
    }));
    // Their callees are reached through the balancer, which waits for one replica of each.
    const balanced = startHaproxy(groups);
    for (const name of replicatedServices) {
      for (let i = 0; i < REPLICA_COUNT; i++) await stack.start(name, i);
    }
    const { server: haproxy, skipped } = await balanced;
    if (skipped !== undefined) throw new Error(skipped);
    balancer = haproxy;
    await stack.registerTenant();
    users = connectSyntheticUsers({
      coreDaemonUrl: `http://127.0.0.1:${front.get('core-daemon')}`,
      mobileApiKey: stack.secrets.apiKeys.mobile,
    });
  }, 240_000);
  afterAll(async () => {
    await users?.close();
    await balancer?.stop();
    await stack?.dispose();
    await server?.stop();
  }, 60_000);

  it('lose no authentication but those in flight on a killed process, and none while each service is rolled', async () => {
    const enrolled = await Promise.all(
      Array.from({ length: USER_COUNT }, () => users.enroll({ circuitCount: 15 })),
    );
    const load = startLoad(enrolled);
    await delay(3_000);
    expect(load.failures).toEqual([]);

    const inFlightAtKill = load.inFlight();
    await stack.kill('core-daemon', 0);
    await delay(2_000);
    const afterKill = load.failures.length;
    expect(afterKill).toBeLessThanOrEqual(inFlightAtKill);
    for (const { code } of load.failures) {
      expect(code).toMatch(/^(REFILL )?(NET_CONNECTION_FAILED|SERVICE_UNAVAILABLE|SERVICE_TIMEOUT)$/);
    }
    await stack.start('core-daemon', 0);

    for (const name of replicatedServices) {
      await stack.drain(name, 1);
      await stack.start(name, 1);
    }
    await delay(1_000);
    expect(load.failures.slice(afterKill)).toEqual([]);

    // Each process may hold four connections; under this load each has opened what it may.
    const rows = await query<{ n: string; application: string }>(
      `SELECT application_name AS application, count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        GROUP BY application_name`,
    );
    const connections = rows.reduce((sum, { n }) => sum + Number(n), 0);
    const withTables = ['node-persistence', 'circuit-storage'];
    expect(rows.map(({ application }) => application).toSorted()).toEqual(withTables.toSorted());
    expect(connections).toBeLessThanOrEqual(CONNECTIONS_PER_PROCESS * REPLICA_COUNT * withTables.length);

    await load.stop();
    expect(load.done()).toBeGreaterThan(USER_COUNT * 5);
    const ledger = await readLedger(stack.databaseUrl);
    expect(ledger).toMatchObject({
      users: USER_COUNT,
      failures: 0,
      lostCircuits: 0,
      verdictsWithoutCircuit: 0,
      circuitsWithoutToken: 0,
      verdictsWithLiveToken: 0,
    });
    expect(ledger.matches).toBeGreaterThanOrEqual(load.done());
    const listed = await server.administer('bucket', 'list', `--bucket=${BUCKET}`, '--max-entries=100000');
    const objects = new Set((JSON.parse(listed) as readonly { name: string }[]).map(({ name }) => name));
    expect(contradictionsIn(await readInventory(stack.databaseUrl, objects))).toEqual([]);
    console.log(
      `${load.done()} authentications, ${load.failures.length} of ${inFlightAtKill} in flight at the kill failed, ${connections} connections`,
    );
  });
});
