import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ServiceName } from '@openrecognize/all-in-one';
import { createMeasuringPool } from '@openrecognize/biometrics';
import { decodeClientState } from '@openrecognize/zkb/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiDocument,
  backendServices,
  bytesBelow,
  bytesOfDatabase,
  createPhotoClient,
  enrollSyntheticDevice,
  hasFaceModels,
  openContent,
  operationsOf,
  photoOf,
  readLedger,
  requestsOf,
  sealContent,
  startTestStack,
  type TestStack,
  writtenForms,
} from '../src/index.ts';

/** Bodies sent to the whole stack. */
const fuzzedRequests = 10_000;

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: the photo services under fuzzed requests (face models are missing)');
const services: readonly ServiceName[] = [
  ...backendServices,
  ...(hasModels ? (['enrollment-agent', 'authentication-service'] as const) : []),
];

let stack: TestStack;
beforeAll(async () => {
  // A machine that is busy with other things must not look like a service that fails.
  const patience = { INNER_TIMEOUT_MS: '60000' };
  stack = await startTestStack({
    services,
    overrides: {
      'operations-service': patience,
      'authentication-service': patience,
      'core-daemon': { INNER_SERVICE_TIMEOUT_MS: '60000' },
      'auth-vault': { NODE_PERSISTENCE_TIMEOUT_MS: '60000' },
      'enrollment-agent': { AUTH_SERVER_TIMEOUT_MS: '60000' },
    },
  });
});
afterAll(() => stack?.dispose());

const documentOf = async (url: string): Promise<ApiDocument> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;

/** What a careless error answer would show. */
const leaks = /\bat .+:\d+:\d+|node_modules|\.ts\b|SELECT |INSERT |postgres:\/\/|ECONN|\/dist\//;

/** Ten or more fractions in a row: what an embedding looks like as text. */
const listOfFractions = /(-?\d\.\d{3,}(e-?\d+)?[,\s]+){10}/;

/** The keys in the JSON text of a client state. */
const secretsOfState = (name: string, document: string): Record<string, Uint8Array> => {
  const { 'core-client-state': encoded } = JSON.parse(document) as { 'core-client-state': string };
  const { state, privateKey } = decodeClientState(Buffer.from(encoded, 'base64'));
  const { chainKey, sealKey } = state;
  // The private scalar, 32 bytes; what stands around it is the same in every key.
  const scalar = privateKey.slice(36, 68);
  return { [`${name}ChainKey`]: chainKey, [`${name}SealKey`]: sealKey, [`${name}PrivateKey`]: scalar };
};

/** Pieces of pictures, of their embeddings and of their codes. */
const secretsOfPhotos = async (
  photos: Readonly<Record<string, Buffer>>,
): Promise<Record<string, Uint8Array>> => {
  const pool = await createMeasuringPool({ workers: 1 });
  const secrets: Record<string, Uint8Array> = {};
  try {
    for (const [name, photo] of Object.entries(photos)) {
      const { code, embedding } = await pool.measure(new Uint8Array(photo), { scenario: 'SELFIE' });
      const floats = new Uint8Array(embedding!.buffer, embedding!.byteOffset, embedding!.byteLength);
      secrets[`${name}Code`] = code!.bits.slice();
      secrets[`${name}PartOfCode`] = code!.bits.slice(64, 96);
      secrets[`${name}Embedding`] = floats.slice(0, 32);
      secrets[`${name}EndOfEmbedding`] = floats.slice(-32);
      secrets[`${name}Image`] = photo.subarray(photo.length >> 1, (photo.length >> 1) + 48);
      secrets[`${name}EndOfImage`] = photo.subarray(-64);
    }
  } finally {
    await pool.close();
  }
  return secrets;
};

describe('fuzzed requests on every endpoint', () => {
  it(`give no status 500 and no leak, ${fuzzedRequests} of them`, async () => {
    const { mobileApiKey, secretApiKey } = stack.tenant;
    const credentials = [
      { 'x-api-key': mobileApiKey },
      { 'x-api-key': secretApiKey },
      { authorization: `Bearer ${stack.secrets.serviceKey}` },
      { 'kl-api-key': secretApiKey },
    ];
    const operations = [];
    for (const name of services) {
      const url = stack.urlOf(name);
      for (const operation of operationsOf(await documentOf(url)))
        operations.push({ name, url, ...operation });
    }
    const runs = Math.ceil(fuzzedRequests / operations.length);
    const seen = new Map<number, number>();
    const reached = new Map<ServiceName, number>();
    let sent = 0;
    for (const { name, url, method, path, operation } of operations) {
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
            reached.set(name, (reached.get(name) ?? 0) + 1);
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
    for (const name of services) expect(reached.get(name), name).toBeGreaterThanOrEqual(2 * runs);
    // A fuzzer that never gets past the credentials or the schema tests neither commands nor SQL.
    expect(seen.get(200) ?? 0).toBeGreaterThan(50);
    expect(seen.get(404) ?? 0).toBeGreaterThan(50);
  }, 300_000);
});

describe('what is left behind after a full run', () => {
  /** Looks for each secret in all that is stored and logged, in every form it could be written in. */
  const expectNowhere = async (secrets: Readonly<Record<string, Uint8Array>>, externalUserId: string) => {
    const places = {
      database: await bytesOfDatabase(stack.postgres.url),
      objects: bytesBelow(join(stack.dataDir, 'objects')),
      logs: bytesBelow(join(stack.dataDir, 'logs')),
    };
    expect(places.database.includes(externalUserId)).toBe(true);
    expect(places.objects.length).toBeGreaterThan(100_000);
    expect(places.logs.length).toBeGreaterThan(1_000);
    expect(places.logs.includes(externalUserId), 'an external user id in the logs').toBe(false);
    for (const [place, content] of Object.entries(places)) {
      for (const [name, bytes] of Object.entries(secrets)) {
        for (const form of writtenForms(bytes)) {
          expect(content.includes(form), `${name} in the ${place}`).toBe(false);
        }
      }
    }
    for (const place of ['database', 'logs'] as const) {
      expect(places[place].toString('latin1'), `an embedding in the ${place}`).not.toMatch(listOfFractions);
    }
  };
  const keys = () => ({
    mobileApiKey: Buffer.from(stack.tenant.mobileApiKey),
    secretApiKey: Buffer.from(stack.tenant.secretApiKey),
    serviceKey: Buffer.from(stack.secrets.serviceKey),
    databasePassword: Buffer.from(stack.secrets.databasePassword),
  });

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
    const secrets = {
      ...keys(),
      code: device.code,
      chainKey: enrolledKeys[0]!,
      sealKey: enrolledKeys[1]!,
      firstLabel: labels.slice(0, 16),
      lastLabel: labels.slice(-16),
      jwt: Buffer.from(matched.signedJwt!.split('.')[2]!),
    };
    await expectNowhere(secrets, 'left-behind');
    // What may be stored is found by the same search.
    const stored = await bytesOfDatabase(stack.postgres.url);
    const publicKey = Buffer.from(device.publicSigningKey, 'base64');
    expect(writtenForms(publicKey).some((form) => stored.includes(form))).toBe(true);
    expect((await readLedger(stack.postgres.url)).verdictsWithLiveToken).toBe(0);
  });

  it.skipIf(!hasModels)(
    'holds no image, embedding, code or key of people who were enrolled from a photo',
    async () => {
      const { customer, secretApiKey } = stack.tenant;
      const client = await createPhotoClient(stack.urlOf('authentication-service'), customer, secretApiKey);
      const [webPhoto, agentPhoto] = [await photoOf('smiling'), await photoOf('blonde')];
      const imageKey = randomBytes(32);
      const stateKey = randomBytes(32);
      const username = 'photo-left-behind';
      const headers = { ...client.imageHeaders(imageKey), 'kl-prepare-backup': 'true' };
      expect((await client.post(username, headers, sealContent(imageKey, webPhoto))).status).toBe(201);
      const exported = await client.post(`${username}/export-client-state`, client.stateHeaders(stateKey));
      const backup = openContent(stateKey, Buffer.from(await exported.arrayBuffer()));
      const secrets: Record<string, Uint8Array> = {
        ...keys(),
        imageKey,
        stateKey,
        ...secretsOfState('backup', backup),
      };
      for (const mode of ['online', 'offline']) {
        const answer = await fetch(`${stack.urlOf('enrollment-agent')}/v1/${mode}-enrollment`, {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE' },
          body: new Uint8Array(agentPhoto),
        });
        const { clientState } = (await answer.json()) as { clientState: string };
        Object.assign(secrets, secretsOfState(mode, clientState));
      }
      Object.assign(secrets, await secretsOfPhotos({ webPhoto, agentPhoto }));
      expect(Object.keys(secrets)).toHaveLength(4 + 2 + 3 * 3 + 2 * 6);
      await expectNowhere(secrets, username);
    },
    60_000,
  );
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
