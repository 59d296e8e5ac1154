import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToBase64, bytesToHex } from '@openrecognize/bytes';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiDocument,
  backendServices,
  enrollSyntheticDevice,
  operationsOf,
  readLedger,
  requestsOf,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

/** Bodies sent to the whole stack. */
const fuzzedRequests = 10_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.dispose());

const documentOf = async (url: string): Promise<ApiDocument> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;

/** What a careless error answer would show. */
const leaks = /\bat .+:\d+:\d+|node_modules|\.ts\b|SELECT |INSERT |postgres:\/\/|ECONN|\/dist\//;

describe('fuzzed requests on every endpoint', () => {
  it(`give no status 500 and no leak, ${fuzzedRequests} of them`, async () => {
    const credentials = [
      { 'x-api-key': stack.tenant.mobileApiKey },
      { 'x-api-key': stack.tenant.secretApiKey },
      { authorization: `Bearer ${stack.secrets.serviceKey}` },
    ];
    const operations = [];
    for (const name of backendServices) {
      const url = stack.urlOf(name);
      for (const operation of operationsOf(await documentOf(url))) operations.push({ url, ...operation });
    }
    const runs = Math.ceil(fuzzedRequests / operations.length);
    const seen = new Map<number, number>();
    let sent = 0;
    for (const { url, method, path, operation } of operations) {
      const requests = fc.sample(requestsOf(method, path, operation, credentials), {
        numRuns: runs,
        seed: 20,
      });
      for (let start = 0; start < requests.length; start += 16) {
        await Promise.all(
          requests.slice(start, start + 16).map(async (request) => {
            const init = { method: request.method, headers: request.headers, body: request.body as BodyInit };
            const answer = await fetch(
              `${url}${request.path}`,
              request.method === 'GET' ? { ...init, body: null } : init,
            );
            const text = await answer.text();
            sent++;
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
            const where = `${request.method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`;
            expect(answer.status, where).toBeLessThan(500);
            if (answer.status < 400) return;
            expect(text, where).not.toMatch(leaks);
            expect(JSON.parse(text).error.code, where).toMatch(/^[A-Z][A-Z0-9_]+$/);
          }),
        );
      }
    }
    expect(sent).toBeGreaterThanOrEqual(fuzzedRequests);
    // A fuzzer that never gets past the credentials or the schema tests neither commands nor SQL.
    expect(seen.get(200) ?? 0).toBeGreaterThan(50);
    expect(seen.get(404) ?? 0).toBeGreaterThan(50);
  }, 300_000);
});

describe('what is left behind after a full run', () => {
  const everythingStored = async (): Promise<Buffer> => {
    const client = new pg.Client({ connectionString: stack.postgres.url });
    await client.connect();
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const parts: Buffer[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`SELECT * FROM ${name}`);
      for (const row of rows) {
        for (const value of Object.values(row)) {
          if (Buffer.isBuffer(value)) parts.push(value, Buffer.from(`\n${value.toString('hex')}\n`));
          else parts.push(Buffer.from(`${typeof value === 'object' ? JSON.stringify(value) : value}\n`));
        }
      }
    }
    await client.end();
    return Buffer.concat(parts);
  };

  const filesBelow = (folder: string): Buffer =>
    Buffer.concat(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
    );

  it('holds no code, label, key or token in the clear: not in the database, the objects or the logs', async () => {
    const device = await enrollSyntheticDevice(stack.tenant.coreDaemonUrl, stack.tenant.mobileApiKey, {
      externalUserId: 'left-behind',
    });
    const { chainKey, sealKey } = device.state();
    const enrolledKeys = [chainKey.slice(), sealKey.slice()];
    const matched = await device.authenticate(300);
    await device.authenticate(900).catch(() => undefined);
    const reservation = await device.reserve();
    const message = device.answer(reservation, device.code, { purpose: 'authenticate' });
    const labels = message.subarray(message.length - 16 * 2_048);
    await device.send(reservation, message);
    await device.close();

    const secrets: Record<string, Uint8Array> = {
      code: device.code,
      chainKey: enrolledKeys[0]!,
      sealKey: enrolledKeys[1]!,
      firstLabel: labels.slice(0, 16),
      lastLabel: labels.slice(-16),
      jwt: Buffer.from(matched.signedJwt!.split('.')[2]!),
      mobileApiKey: Buffer.from(stack.tenant.mobileApiKey),
      secretApiKey: Buffer.from(stack.tenant.secretApiKey),
      serviceKey: Buffer.from(stack.secrets.serviceKey),
    };
    const places = {
      database: await everythingStored(),
      objects: filesBelow(join(stack.dataDir, 'objects')),
      logs: filesBelow(join(stack.dataDir, 'logs')),
    };
    expect(places.database.includes('left-behind')).toBe(true);
    expect(places.logs.length).toBeGreaterThan(1_000);
    for (const [place, content] of Object.entries(places)) {
      for (const [name, bytes] of Object.entries(secrets)) {
        for (const form of [Buffer.from(bytes), bytesToHex(bytes), bytesToBase64(bytes).replace(/=+$/, '')]) {
          expect(content.includes(form), `${name} in the ${place}`).toBe(false);
        }
      }
      if (place === 'logs')
        expect(content.includes('left-behind'), 'an external user id in the logs').toBe(false);
    }
    expect((await readLedger(stack.postgres.url)).verdictsWithLiveToken).toBe(0);
  });
});

describe('the keys of the stack', () => {
  it('lie in files that only their owner can read', () => {
    const modes = execFileSync('find', [
      stack.dataDir,
      '-name',
      '*.pem',
      '-o',
      '-name',
      'secrets.json',
      '-o',
      '-name',
      'demo-tenant.json',
    ])
      .toString()
      .trim()
      .split('\n');
    expect(modes).toHaveLength(4);
    for (const file of modes) {
      expect(execFileSync('stat', ['-c', '%a', file]).toString().trim()).toBe('600');
    }
  });
});
