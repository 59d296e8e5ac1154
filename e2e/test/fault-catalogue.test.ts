import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePorts, type ServiceName } from '@openrecognize/all-in-one';
import { LOG_ERRORS, type LogErrorCode } from '@openrecognize/contracts';
import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  contradictionsIn,
  enrollSyntheticDevice,
  followLog,
  type Inventory,
  lossesBetween,
  orphansIn,
  outcomeOf,
  readInventory,
  type S3Server,
  type SyntheticDevice,
  startS3Server,
  startTcpProxy,
  startTestStack,
  type TcpProxy,
  type TestStack,
} from '../src/index.ts';

let stack: TestStack;
let s3: S3Server;
let kms: FakeKms;
/** The wire between the auth-vault and node-persistence. */
let vaultWire: TcpProxy;
/** Some other program, which a wrong address leads to. */
let stranger: Server;
/** Enrolled before any fault; what it has must be there after every fault. */
let witness: SyntheticDevice;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const portOfService = (name: ServiceName): number => Number(new URL(stack.urlOf(name)).port);

beforeAll(async () => {
  s3 = await startS3Server('payloads');
  kms = await startFakeKms();
  const ports = await findFreePorts();
  vaultWire = await startTcpProxy(ports.find(({ name }) => name === 'node-persistence')!.port);
  stranger = createHttpServer((_request, response) => response.writeHead(500).end('oops'));
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  stack = await startTestStack({
    ports,
    overrides: {
      'node-persistence': { DATABASE_START_TIMEOUT_MS: '1500' },
      'circuit-storage': {
        OBJECT_STORE_KIND: 's3',
        OBJECT_STORE_DIRECTORY: '',
        S3_ENDPOINT: s3.endpoint,
        S3_REGION: 'eu-central-1',
        S3_BUCKET: s3.bucket,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: 'any',
        S3_SECRET_ACCESS_KEY: 'any',
        SWEEP_INTERVAL_SECONDS: '1',
        RECONCILE_INTERVAL_SECONDS: '5',
      },
      'auth-vault': {
        NODE_PERSISTENCE_URL: `http://127.0.0.1:${vaultWire.port}`,
        SIGNING_KEYS: `PIN/FACE=kms:${kms.createKey('ECC_NIST_P256')}`,
        KMS_ENDPOINT: kms.endpoint,
        KMS_REGION: kms.region,
        REFILL_TICKET_KEY: randomBytes(32).toString('hex'),
        ...kms.environment,
      },
    },
  });
  witness = await enroll(30);
});
afterAll(async () => {
  await witness?.close();
  await stack?.dispose();
  await vaultWire?.close();
  await kms?.stop();
  await s3?.stop();
  stranger?.close();
});

const enroll = (circuitCount = 10): Promise<SyntheticDevice> =>
  enrollSyntheticDevice(stack.tenant.coreDaemonUrl, stack.tenant.mobileApiKey, { circuitCount });
const enrollAndClose = async (): Promise<void> => (await enroll()).close();
const inventory = (): Promise<Inventory> => readInventory(stack.postgres.url, s3.keys());

const onDatabase = async (sql: string): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: stack.postgres.url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
};

/** Whoever was killed finds its port taken, by a program that answers nobody. */
const takePortOf = async (name: ServiceName): Promise<() => Promise<void>> => {
  const port = portOfService(name);
  const squatter = createServer((socket) => socket.destroy());
  stack.kill(name);
  for (let tries = 0; !squatter.listening; tries++) {
    if (tries > 100) throw new Error(`port ${port} does not become free`);
    await new Promise<void>((resolve) => {
      squatter.once('error', () => resolve());
      squatter.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
    });
    if (!squatter.listening) await delay(10);
  }
  return async () => {
    const closed = once(squatter, 'close');
    squatter.close();
    await closed;
    await stack.untilReady(name);
  };
};

/** Sends half of a body, and is gone. */
const breakOffAnUpload = async (): Promise<void> => {
  const { userId, deviceId } = witness;
  const socket = connect(portOfService('core-daemon'), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `PUT /v1/users/${userId}/devices/${deviceId}/circuits HTTP/1.1\r\nhost: core-daemon\r\n` +
      `x-api-key: ${stack.tenant.mobileApiKey}\r\nx-refill-ticket: ticket\r\n` +
      'content-type: application/octet-stream\r\ncontent-length: 100000\r\n\r\n',
  );
  socket.write(randomBytes(50_000));
  await delay(200);
  socket.destroy();
};

const sendUnreadableBody = async (): Promise<string> => {
  const answer = await fetch(`${stack.urlOf('core-daemon')}/v1/authentications`, {
    method: 'POST',
    headers: { 'x-api-key': stack.tenant.mobileApiKey, 'content-type': 'application/json' },
    body: '{"timestampMs": "2026-01-01T09:00:00"}',
  });
  const { error } = (await answer.json()) as { error: { code: string } };
  return `${answer.status} ${error.code}`;
};

interface Fault {
  readonly code: LogErrorCode;
  readonly what: string;
  /** Brings the fault about; what it resolves to ends it. */
  readonly provoke: () => Promise<() => Promise<void> | void>;
  /** What a caller does meanwhile, and gets. */
  readonly call: () => Promise<string>;
  readonly answers: string;
  readonly loggedBy: ServiceName;
  /** The whole text of the line; `*` stands for an id. */
  readonly line: () => string;
  readonly level?: 'warn';
  /** Services whose process ends: by the fault itself, never by its consequences. */
  readonly ends?: readonly ServiceName[];
}

const nothing = async () => () => {};
const authenticate = () => outcomeOf(witness.authenticate());

const faults: readonly Fault[] = [
  {
    code: 'INNER_SERVICE_ERROR',
    what: 'a service behind the core-daemon fails because the database is stopped',
    provoke: () => stack.stopDatabase(),
    call: authenticate,
    answers: 'STORAGE_UNAVAILABLE',
    loggedBy: 'core-daemon',
    line: () => '[node-persistence] service returned error: STORAGE_UNAVAILABLE',
  },
  {
    code: 'INNER_SERVICE_UNREACHABLE',
    what: 'a service behind the core-daemon does not run',
    provoke: async () => {
      await stack.service('circuit-storage').stop();
      return () => stack.startAgain('circuit-storage');
    },
    call: authenticate,
    answers: 'SERVICE_UNAVAILABLE',
    loggedBy: 'core-daemon',
    line: () => `127.0.0.1:${portOfService('circuit-storage')}: connection error: SERVICE_UNAVAILABLE`,
    ends: ['circuit-storage'],
  },
  {
    code: 'REQUEST_NOT_PARSED',
    what: 'a body does not fit its schema',
    provoke: nothing,
    call: sendUnreadableBody,
    answers: '400 BAD_REQUEST',
    loggedBy: 'core-daemon',
    line: () => 'Cannot deserialize value of type POST /v1/authentications: body required',
    level: 'warn',
  },
  {
    code: 'CLIENT_CONNECTION_BROKEN',
    what: 'a client is gone in the middle of its body',
    provoke: nothing,
    call: () => outcomeOf(breakOffAnUpload()),
    answers: 'ok',
    loggedBy: 'core-daemon',
    line: () => 'Response stream failed to flush: connection closed by the client',
    level: 'warn',
  },
  {
    code: 'APPLICATION_RUN_FAILED',
    what: 'a service cannot start because its port is taken',
    provoke: () => takePortOf('node-persistence'),
    call: authenticate,
    answers: 'SERVICE_UNAVAILABLE',
    loggedBy: 'node-persistence',
    line: () => 'Application run failed',
    ends: ['node-persistence'],
  },
  {
    code: 'DATABASE_POOL_FAILED',
    what: 'a service starts while the database is stopped',
    provoke: async () => {
      const startDatabase = await stack.stopDatabase();
      stack.kill('node-persistence');
      await delay(200);
      return async () => {
        await startDatabase();
        await stack.untilReady('node-persistence');
      };
    },
    call: authenticate,
    answers: 'SERVICE_UNAVAILABLE',
    loggedBy: 'node-persistence',
    line: () => 'DatabasePool - Exception during pool initialization: ECONNREFUSED',
    ends: ['node-persistence'],
  },
  {
    code: 'SQL_BATCH_FAILED',
    what: 'the database refuses the rows of an upload as duplicates',
    provoke: async () => {
      const { rows } = await onDatabase('SELECT max(device_no) AS last FROM circuit_storage.devices');
      // A rule that the second circuit of any new device breaks.
      await onDatabase(
        `CREATE UNIQUE INDEX one_circuit ON circuit_storage.circuits (device_no) WHERE device_no > ${rows[0].last}`,
      );
      return async () => void (await onDatabase('DROP INDEX circuit_storage.one_circuit'));
    },
    call: () => outcomeOf(enrollAndClose()),
    answers: 'STORAGE_UNAVAILABLE',
    loggedBy: 'circuit-storage',
    line: () => 'Exception executing batch: 23505',
  },
  {
    code: 'CIRCUIT_PERSISTING_FAILED',
    what: 'the object store refuses payloads',
    provoke: async () => {
      s3.refuse('store');
      return () => s3.recover();
    },
    call: () => outcomeOf(enrollAndClose()),
    answers: 'STORAGE_UNAVAILABLE',
    loggedBy: 'circuit-storage',
    line: () => 'Persisting circuit on S3 failed. [circuitId=*]',
  },
  {
    code: 'CIRCUIT_DELETION_FAILED',
    what: 'the object store refuses deletions',
    provoke: async () => {
      s3.refuse('delete');
      return () => s3.recover();
    },
    call: authenticate,
    answers: 'ok',
    loggedBy: 'circuit-storage',
    line: () => 'Error while deleting some circuits',
  },
  {
    code: 'NODE_PERSISTENCE_STATUS',
    what: 'the address of node-persistence leads the auth-vault elsewhere',
    provoke: async () => {
      vaultWire.redirect(portOf(stranger));
      return () => vaultWire.redirect(portOfService('node-persistence'));
    },
    call: authenticate,
    answers: 'SERVICE_UNAVAILABLE',
    loggedBy: 'auth-vault',
    line: () => 'Node persistence returned an unexpected status 500',
  },
  {
    code: 'NODE_PERSISTENCE_UNREACHABLE',
    what: 'the auth-vault has no connection to node-persistence',
    provoke: async () => {
      vaultWire.setMode('cut');
      return () => vaultWire.setMode('pass');
    },
    call: authenticate,
    answers: 'SERVICE_UNAVAILABLE',
    loggedBy: 'auth-vault',
    line: () => `Node persistence thrown exception: 127.0.0.1:${vaultWire.port}`,
  },
  {
    code: 'JWT_SIGNING_FAILED',
    what: 'the key service refuses to sign',
    provoke: async () => {
      kms.fail('access-denied', { operation: 'Sign' });
      return () => kms.recover();
    },
    call: authenticate,
    answers: 'JWT_SIGN_FAILED',
    loggedBy: 'auth-vault',
    line: () => 'Failed JWT token sign',
  },
];

const processes = (): Record<string, number | undefined> =>
  Object.fromEntries(backendServices.map((name) => [name, stack.service(name).pid]));

const exactly = (line: string): RegExp =>
  new RegExp(`^${line.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '\\S+')}$`);

/** Payloads of used circuits that are still there: the sweep removes them within its second. */
const unusedPayloadsOfVerdicts = async (): Promise<readonly string[]> => {
  const now = await inventory();
  const used = new Set(
    [...now.circuits.values()].filter(({ state }) => state === 'consumed').map(({ objectKey }) => objectKey),
  );
  return orphansIn(now).filter((key) => used.has(key));
};

/** For what happens by itself, on a machine that may be busy with other things: a start that fails, a sweep. */
const patience = { timeout: 60_000, interval: 200 } as const;

/** Tries again as a person would, until it works; refusals on the way are those of a fault that just ended. */
const recover = (): Promise<void> => expect.poll(authenticate, patience).toBe('ok');

describe('the catalogue of faults', () => {
  it('has a fault for every line of the error catalogue that operators search for', () => {
    expect(faults.map(({ code }) => code)).toEqual(Object.keys(LOG_ERRORS));
  });

  afterEach(async () => {
    expect(contradictionsIn(await inventory())).toEqual([]);
  });

  it.each(faults.map((fault) => [fault.code, fault.what, fault] as const))(
    '%s: %s',
    async (_code, _what, fault) => {
      const before = await inventory();
      const processesBefore = processes();
      const linesSince = await followLog(stack.logOf(fault.loggedBy));
      const end = await fault.provoke();
      try {
        expect(await fault.call()).toBe(fault.answers);
        const expected = { level: fault.level ?? 'error', msg: expect.stringMatching(exactly(fault.line())) };
        await expect.poll(linesSince, patience).toContainEqual(expect.objectContaining(expected));
      } finally {
        await end();
      }
      await recover();
      await expect.poll(unusedPayloadsOfVerdicts, patience).toEqual([]);
      const after = await inventory();
      expect(lossesBetween(before, after)).toEqual([]);
      expect(after.users).toEqual(before.users);
      for (const name of backendServices) {
        if (fault.ends?.includes(name) !== true) expect(processes()[name]).toBe(processesBefore[name]);
      }
    },
    200_000,
  );
});

const usableCircuitsOfWitness = async (): Promise<number> =>
  [...(await inventory()).circuits].filter(
    ([name, { state }]) =>
      name.startsWith(`${witness.userId}/`) && (state === 'ready' || state === 'reserved'),
  ).length;

describe('after all of them', () => {
  it('the same person enrolls who could not before, and every circuit left serves once', async () => {
    await enrollAndClose();
    const usable = await usableCircuitsOfWitness();
    for (let used = 0; used < usable; used++) {
      expect(await outcomeOf(witness.authenticate(300, false)), `circuit ${used} of ${usable}`).toBe('ok');
    }
    expect(await outcomeOf(witness.authenticate(300, false))).toBe('NOT_ENOUGH_CIRCUITS');
  });

  it('what they left in the object store is removed by itself once it is old', async () => {
    expect(orphansIn(await inventory()).length).toBeGreaterThan(0);
    s3.age(2 * 3_600_000);
    await expect.poll(async () => orphansIn(await inventory()), patience).toEqual([]);
    expect(contradictionsIn(await inventory())).toEqual([]);
  }, 90_000);
});
