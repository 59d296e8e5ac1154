import { randomBytes } from 'node:crypto';
import { type BiometricPool, createBiometricPool } from '@openrecognize/biometrics';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import { decodeClientState } from '@openrecognize/zkb/client';
import { importDeviceKey } from '@openrecognize/zkb/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  createPhotoClient,
  hasFaceModels,
  holdClientState,
  openContent,
  type PhotoClient,
  photoOf,
  sealContent,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: client states through all services (face models are missing)');

describe.skipIf(!hasModels)('client states through all services', () => {
  let stack: TestStack;
  let pool: BiometricPool;
  let coreDaemon: HttpClient;
  let client: PhotoClient;

  beforeAll(async () => {
    const services = [...backendServices, 'authentication-service', 'enrollment-agent'] as const;
    stack = await startTestStack({ services });
    const { customer, mobileApiKey, secretApiKey } = stack.tenant;
    pool = await createBiometricPool({ workers: 1 });
    coreDaemon = createHttpClient({
      baseUrl: stack.urlOf('core-daemon'),
      defaultHeaders: { 'x-api-key': mobileApiKey },
      timeoutMs: 10_000,
    });
    client = await createPhotoClient(stack.urlOf('authentication-service'), customer, secretApiKey);
  }, 120_000);
  afterAll(async () => {
    await coreDaemon?.close();
    await pool?.close();
    await stack?.dispose();
  });

  const probeOf = async (photo: Buffer): Promise<Uint8Array> => {
    const { code } = await pool.analyze(new Uint8Array(photo), { scenario: 'SELFIE' });
    return code!.bits;
  };

  it('enrolls a backup beside the web device, which leaves once and authenticates by itself', async () => {
    const photo = await photoOf('smiling');
    const enrolled = await client.enroll('ada', photo, { 'kl-prepare-backup': 'true' });
    expect(enrolled.status).toBe(201);
    const { keylessId } = (await enrolled.json()) as { keylessId: string };

    const key = randomBytes(32);
    const exported = await client.post('ada/export-client-state', client.stateHeaders(key));
    expect(exported.status).toBe(200);
    const document = JSON.parse(openContent(key, Buffer.from(await exported.arrayBuffer())));
    const other = client.stateHeaders(randomBytes(32));
    expect((await client.post('ada/export-client-state', other)).status).toBe(422);

    const portable = decodeClientState(Buffer.from(document['core-client-state'], 'base64'));
    expect(portable.state.userId).toBe(keylessId);
    const device = holdClientState(coreDaemon, portable.state, importDeviceKey(portable.privateKey));
    const match = await device.authenticate(await probeOf(photo), { transactionData: 'restore' });
    expect(match).toMatchObject({ userId: keylessId, signedJwt: expect.any(String) });
    expect(await match.refillDone).toMatchObject({ stock: 25 });
    await expect(device.authenticate(await probeOf(await photoOf('blonde')))).rejects.toMatchObject({
      code: 'FAILED_TO_AUTHENTICATE_USER',
    });
  }, 60_000);

  it('imports what the agent enrolled, once the name is linked', async () => {
    const agent = await fetch(`${stack.urlOf('enrollment-agent')}/v1/online-enrollment`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE' },
      body: new Uint8Array(await photoOf('blonde')),
    });
    const { keylessId, clientState } = (await agent.json()) as { keylessId: string; clientState: string };
    const key = randomBytes(32);
    const send = () =>
      client.post(
        'bob/import-client-state',
        client.stateHeaders(key),
        sealContent(key, Buffer.from(clientState)),
      );
    expect((await send()).status).toBe(404);
    const linked = await fetch(`${stack.urlOf('operations-service')}/v2/users/${keylessId}/external-user`, {
      method: 'POST',
      headers: { 'x-api-key': stack.tenant.secretApiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ externalUserId: 'bob' }),
    });
    expect(linked.status).toBe(201);
    const imported = await send();
    expect(imported.status).toBe(201);
    expect(await imported.json()).toEqual({ keylessId, stock: 25 });
    expect((await send()).status).toBe(409);
  }, 60_000);
});
