import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type BiometricPool,
  createBiometricPool,
  defaultModelsDir,
  readModelManifest,
} from '@openrecognize/biometrics';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import { authenticateDevice, createHttpDeviceTransport } from '@openrecognize/clients/device';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { decodeClientState, readyClient } from '@openrecognize/zkb/client';
import { importDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendServices, startTestStack, type TestStack } from '../src/index.ts';

const hasModels = readModelManifest('default').models.every(({ file }) =>
  existsSync(join(defaultModelsDir(), file)),
);
if (!hasModels) console.warn('skipped: client states through all services (face models are missing)');

type Cropper = (path: string) => {
  extract(area: { left: number; top: number; width: number; height: number }): {
    jpeg(options: { quality: number }): { toBuffer(): Promise<Buffer> };
  };
};
/** The picture library of the pipeline. */
const sharp = createRequire(new URL('../../packages/biometrics/package.json', import.meta.url))(
  'sharp',
) as Cropper;
const sample = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo/sample3.jpg',
);
const photoOf = (left: number, top: number, side: number): Promise<Buffer> =>
  sharp(sample).extract({ left, top, width: side, height: side }).jpeg({ quality: 92 }).toBuffer();
const ada = () => photoOf(906, 89, 538);
const somebodyElse = () => photoOf(447, 221, 495);

const seal = (key: Buffer, plaintext: Uint8Array): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};
const open = (key: Buffer, sealed: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
};

interface DemoTenant {
  readonly customer: string;
  readonly mobileApiKey: string;
  readonly secretApiKey: string;
}

describe.skipIf(!hasModels)('client states through all services', () => {
  let stack: TestStack;
  let tenant: DemoTenant;
  let pool: BiometricPool;
  let coreDaemon: HttpClient;
  let wrap: (key: Buffer) => string;
  let keyHeaders: Record<string, string>;

  beforeAll(async () => {
    const services = [...backendServices, 'authentication-service', 'enrollment-agent'] as const;
    stack = await startTestStack({ services });
    tenant = JSON.parse(readFileSync(join(stack.dataDir, 'demo-tenant.json'), 'utf8'));
    pool = await createBiometricPool({ workers: 1 });
    coreDaemon = createHttpClient({
      baseUrl: stack.urlOf('core-daemon'),
      defaultHeaders: { 'x-api-key': tenant.mobileApiKey },
      timeoutMs: 10_000,
    });
    const answer = await fetch(`${stack.urlOf('authentication-service')}/v1/image-encryption-key`);
    const { keyId, publicKey } = (await answer.json()) as { keyId: string; publicKey: string };
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    wrap = (aesKey) =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, aesKey).toString(
        'hex',
      );
    keyHeaders = {
      'kl-api-key': tenant.secretApiKey,
      'kl-key-id': keyId,
      'kl-key-algorithm': 'RSAES-OAEP-SHA-256',
    };
  }, 120_000);
  afterAll(async () => {
    await coreDaemon?.close();
    await pool?.close();
    await stack?.dispose();
  });

  const post = (path: string, headers: Record<string, string>, body?: Buffer) =>
    fetch(`${stack.urlOf('authentication-service')}/v1/users/${tenant.customer}/${path}`, {
      method: 'POST',
      headers: { ...keyHeaders, 'content-type': 'application/octet-stream', ...headers },
      ...(body ? { body: new Uint8Array(body) } : {}),
    });
  const stateHeaders = (key: Buffer) => ({
    'kl-client-state-key': wrap(key),
    'kl-client-state-algorithm': 'AES-GCM',
  });
  const probeOf = async (photo: Buffer): Promise<Uint8Array> => {
    const { code } = await pool.analyze(new Uint8Array(photo), { scenario: 'SELFIE' });
    return code!.bits;
  };

  it('enrolls a backup beside the web device, which leaves once and authenticates by itself', async () => {
    const photo = await ada();
    const imageKey = randomBytes(32);
    const enrolled = await post(
      'ada',
      {
        'kl-image-key': wrap(imageKey),
        'kl-image-algorithm': 'AES-GCM',
        'kl-scenario': 'SELFIE',
        'kl-prepare-backup': 'true',
      },
      seal(imageKey, photo),
    );
    expect(enrolled.status).toBe(201);
    const { keylessId } = (await enrolled.json()) as { keylessId: string };

    const key = randomBytes(32);
    const wanted = { ...stateHeaders(key), 'kl-client-state-type': 'BACKUP' };
    const exported = await post('ada/export-client-state', wanted);
    expect(exported.status).toBe(200);
    const document = JSON.parse(open(key, Buffer.from(await exported.arrayBuffer())));
    const other = { ...stateHeaders(randomBytes(32)), 'kl-client-state-type': 'BACKUP' };
    expect((await post('ada/export-client-state', other)).status).toBe(422);

    const portable = decodeClientState(Buffer.from(document['core-client-state'], 'base64'));
    expect(portable.state.userId).toBe(keylessId);
    let held = readyClient(portable.state);
    const authenticate = async (probe: Buffer) =>
      authenticateDevice({
        transport: createHttpDeviceTransport(coreDaemon),
        tools: {
          suite: nodeCryptoSuite,
          engine: createGarblingEngine(nodeAesBatch),
          random: nodeRandom,
        },
        signer: importDeviceKey(portable.privateKey),
        store: {
          load: () => structuredClone(held),
          save: (next) => {
            held = structuredClone(next);
          },
        },
        probe: await probeOf(probe),
        intent: { purpose: 'authenticate', transactionData: 'restore' },
        now: Date.now,
        refill: true,
      });
    const match = await authenticate(photo);
    expect(match).toMatchObject({ userId: keylessId, signedJwt: expect.any(String) });
    expect((await match.refillDone).stock).toBe(25);
    await expect(authenticate(await somebodyElse())).rejects.toMatchObject({
      code: 'FAILED_TO_AUTHENTICATE_USER',
    });
  }, 60_000);

  it('imports what the agent enrolled, once the name is linked', async () => {
    const agent = await fetch(`${stack.urlOf('enrollment-agent')}/v1/online-enrollment`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE' },
      body: new Uint8Array(await somebodyElse()),
    });
    const { keylessId, clientState } = (await agent.json()) as { keylessId: string; clientState: string };
    const key = randomBytes(32);
    const send = () =>
      post('bob/import-client-state', stateHeaders(key), seal(key, Buffer.from(clientState)));
    expect((await send()).status).toBe(404);
    const linked = await fetch(`${stack.urlOf('operations-service')}/v2/users/${keylessId}/external-user`, {
      method: 'POST',
      headers: { 'x-api-key': tenant.secretApiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ externalUserId: 'bob' }),
    });
    expect(linked.status).toBe(201);
    const imported = await send();
    expect(imported.status).toBe(201);
    expect(await imported.json()).toEqual({ keylessId, stock: 25 });
    expect((await send()).status).toBe(409);
  }, 60_000);
});
