import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BiomAuthConfig, BiomDeEnrollConfig, BiomEnrollConfig, createKeyless } from '@keyless/sdk-mobile';
import { createNodePorts, createPoolFaceAnalyzer, type PoolFaceAnalyzer } from '@keyless/sdk-mobile/node';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { putTenant } from '@openrecognize/contracts';
import { createMemoryJtiStore, createTransactionVerifier } from '@openrecognize/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  createPhotoClient,
  hasFaceModels,
  openContentSiv,
  type PhotoClient,
  readWebServiceAddress,
  sealContentSiv,
  startTestStack,
  type TestStack,
} from '../src/index.ts';
import { createLiveClient, type LiveClient, outcomeOf } from './browser/live-client.ts';
import { type Person, twoPeople } from './people.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: one user on web, device and agent (face models are missing)');

const patienceMs = 120_000;

it('AES-GCM-SIV of these tests gives the known answer of RFC 8452 C.2, and notices changes', () => {
  const key = Buffer.from(`01${'00'.repeat(31)}`, 'hex');
  const nonce = Buffer.from(`03${'00'.repeat(11)}`, 'hex');
  const sealed = sealContentSiv(key, Buffer.from('0100000000000000', 'hex'), nonce);
  expect(sealed.subarray(12).toString('hex')).toBe('c2ef328e5c71c83b843122130f7364b761e0b97427e3df28');
  const text = 'more than one block of text';
  const other = sealContentSiv(key, Buffer.from(text));
  expect(openContentSiv(key, other)).toBe(text);
  other[13]! ^= 1;
  expect(() => openContentSiv(key, other)).toThrow(RangeError);
});

describe.skipIf(!hasModels)('one user on web, device and agent', () => {
  let stack: TestStack;
  let photos: PhotoClient;
  let live: LiveClient;
  let analyzer: PoolFaceAnalyzer;
  let one: Person;
  let other: Person;
  let folder: string;
  let verify: (jwt: unknown, subject: string, transactionData: string) => Promise<void>;
  const devices: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    stack = await startTestStack({
      services: [...backendServices, 'authentication-service', 'enrollment-agent'],
      overrides: {
        'authentication-service': {
          NUM_OF_CIRC: '6',
          BIOMETRIC_WORKERS: '1',
          WEB_SESSION_TIMEOUT_MS: '90000',
          WEB_MAX_CONNECTIONS_PER_ADDRESS: '100',
        },
        'enrollment-agent': { NUM_OF_CIRC: '6', MAX_CONCURRENCY: '1' },
      },
    });
    const { customer, secretApiKey } = stack.tenant;
    const serviceUrl = stack.urlOf('authentication-service');
    photos = await createPhotoClient(serviceUrl, customer, secretApiKey);
    live = createLiveClient(await readWebServiceAddress(serviceUrl, customer));
    analyzer = await createPoolFaceAnalyzer({ workers: 1 });
    ({ one, other } = await twoPeople());
    folder = await mkdtemp(join(tmpdir(), 'openrecognize-devices-'));
    const verifier = createTransactionVerifier({
      jwksUrl: `${stack.urlOf('operations-service')}/customers/${customer}/.well-known/jwks.json`,
      jtiStore: createMemoryJtiStore(),
    });
    verify = async (jwt, subject, transactionData) => {
      expect(await verifier.verify(String(jwt), { subject, expected: { transactionData } })).toMatchObject({
        userId: subject,
        transactionData,
      });
    };
  }, patienceMs);
  afterAll(async () => {
    for (const device of devices) await device.close();
    await analyzer?.close();
    await stack?.dispose();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const serverApi = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${stack.urlOf('operations-service')}/v2${path}`, {
      method,
      headers: { 'x-api-key': stack.tenant.secretApiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const setTenant = async (settings: Readonly<Record<string, number>>): Promise<void> => {
    const { serviceKey } = stack.secrets;
    const http = createHttpClient({ baseUrl: stack.urlOf('node-persistence'), serviceKey });
    await callEndpoint(http, putTenant, { params: { customer: stack.tenant.customer }, body: { settings } });
    await http.close();
  };

  /** A session with the camera before that person: the code it failed with, or `finished`. */
  const onWeb = async (username: string, { frames }: Person): Promise<string | undefined> =>
    outcomeOf(await live.attempt(username, frames));
  const signOnWeb = async (username: string, { frames }: Person, data: string) => {
    const { verdict } = await live.attempt(username, frames, { transaction: { data } });
    expect(verdict).toMatchObject({ type: 'finished' });
    return verdict?.type === 'finished' ? verdict : undefined;
  };

  /** A phone that nobody has used, whose camera sees whoever `sees` names. */
  const newDevice = async () => {
    const look: { sees: Person } = { sees: one };
    const ports = createNodePorts({
      camera: { capture: async () => look.sees.frames.slice(0, 3).map(({ bytes }) => bytes.slice()) },
      analyzer,
      storePath: join(folder, `${devices.length}`, 'device.store'),
    });
    const keyless = createKeyless(ports);
    devices.push(keyless);
    await keyless.configure({
      apiKey: stack.tenant.mobileApiKey,
      hosts: [stack.tenant.coreDaemonUrl],
      numberOfSharedCircuits: 6,
    });
    return { keyless, look };
  };

  /** A user of the web who was enrolled by an encrypted photo, and the client state that is handed out of them. */
  const enrollOnWeb = async (username: string) => {
    const imageKey = randomBytes(32);
    const siv = { 'kl-image-algorithm': 'AES-GCM-SIV', 'kl-prepare-backup': 'true' };
    const headers = { ...photos.imageHeaders(imageKey), ...siv };
    const enrolled = await photos.post(username, headers, sealContentSiv(imageKey, one.photo));
    expect(enrolled.status).toBe(201);
    const { keylessId } = (await enrolled.json()) as { keylessId: string };
    return keylessId;
  };
  const exportFromWeb = async (username: string): Promise<string> => {
    const stateKey = randomBytes(32);
    const exported = await photos.post(`${username}/export-client-state`, {
      ...photos.stateHeaders(stateKey),
      'kl-client-state-algorithm': 'AES-GCM-SIV',
    });
    expect(exported.status).toBe(200);
    return openContentSiv(stateKey, Buffer.from(await exported.arrayBuffer()));
  };

  const agent = async (mode: 'online' | 'offline'): Promise<Record<string, string>> => {
    const answer = await fetch(`${stack.urlOf('enrollment-agent')}/v1/${mode}-enrollment`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', scenario: 'TRUSTED_SOURCE' },
      body: new Uint8Array(one.photo),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, string>;
  };
  const importOnWeb = async (username: string, clientState: string): Promise<Response> => {
    const key = randomBytes(32);
    const headers = { ...photos.stateHeaders(key), 'kl-client-state-algorithm': 'AES-GCM-SIV' };
    const sealed = sealContentSiv(key, Buffer.from(clientState));
    return photos.post(`${username}/import-client-state`, headers, sealed);
  };

  it.each(['online', 'offline'] as const)(
    'whom the agent enrolled from a photo (%s) authenticates on the web, and no other person does',
    async (mode) => {
      const { keylessId, clientState, serverState } = await agent(mode);
      const username = `by-agent-${mode}`;
      if (mode === 'offline') {
        expect((await serverApi('POST', '/uncommitted-users', { serverState })).status).toBe(201);
        expect((await importOnWeb(username, clientState!)).status).toBe(404);
        expect((await serverApi('POST', `/uncommitted-users/${keylessId}/commit`)).status).toBe(200);
      }
      const named = { externalUserId: username };
      expect((await serverApi('POST', `/users/${keylessId}/external-user`, named)).status).toBe(201);
      const imported = await importOnWeb(username, clientState!);
      expect([imported.status, await imported.json()]).toEqual([201, { keylessId, stock: 6 }]);
      const signed = await signOnWeb(username, one, `pay ${mode}`);
      expect(signed?.keylessId).toBe(keylessId);
      await verify(signed?.jwt, keylessId!, `pay ${mode}`);
      expect(await onWeb(username, other)).toBe('SERVER_FACE_DOES_NOT_MATCH');
    },
    patienceMs,
  );

  it(
    'a web user’s client state makes a phone a device of theirs; when the phone de-enrolls, the web and the server know nobody',
    async () => {
      const keylessId = await enrollOnWeb('ada');
      const before = await signOnWeb('ada', one, 'before');
      await verify(before?.jwt, keylessId, 'before');
      const clientState = await exportFromWeb('ada');

      const { keyless, look } = await newDevice();
      const enrolled = await keyless.enroll(new BiomEnrollConfig({ clientState }));
      expect(enrolled.keylessId).toBe(keylessId);
      const jwtSigningInfo = { claimTransactionData: 'on the phone' };
      const { signedJwt } = await keyless.authenticate(new BiomAuthConfig({ jwtSigningInfo }));
      await verify(signedJwt, keylessId, 'on the phone');
      look.sees = other;
      await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 30004 });
      look.sees = one;
      expect(await onWeb('ada', one)).toBe('finished');

      await keyless.deEnroll(new BiomDeEnrollConfig());
      await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
      expect(await onWeb('ada', one)).toBe('SERVER_USER_NOT_FOUND');
      expect(await (await photos.status('ada')).json()).toEqual({ isEnrolled: false });
      expect((await serverApi('GET', `/users/${keylessId}/authentications`)).status).toBe(404);
      expect(await (await serverApi('GET', '/external-users/ada/users')).json()).toEqual([]);
      const again = await newDevice();
      await expect(again.keyless.enroll(new BiomEnrollConfig({ clientState }))).rejects.toMatchObject({
        code: 534,
      });
    },
    patienceMs,
  );

  it(
    'a phone’s client state lets its user authenticate on the web, beside the phone',
    async () => {
      const { keyless } = await newDevice();
      const made = await keyless.enroll(new BiomEnrollConfig({ generatingClientState: 'BACKUP' }));
      const { keylessId, clientState } = made;
      const named = { externalUserId: 'zoe' };
      expect((await serverApi('POST', `/users/${keylessId}/external-user`, named)).status).toBe(201);
      expect((await importOnWeb('zoe', clientState!)).status).toBe(201);
      const signed = await signOnWeb('zoe', one, 'on the web');
      await verify(signed?.jwt, keylessId, 'on the web');
      expect(await onWeb('zoe', other)).toBe('SERVER_FACE_DOES_NOT_MATCH');
      const jwtSigningInfo = { claimTransactionData: 'on the phone' };
      const { signedJwt } = await keyless.authenticate(new BiomAuthConfig({ jwtSigningInfo }));
      await verify(signedJwt, keylessId, 'on the phone');
    },
    patienceMs,
  );

  it(
    'failures on the web suspend the phone, and failures of the phone the web',
    async () => {
      await enrollOnWeb('bob');
      const { keyless } = await newDevice();
      await keyless.enroll(new BiomEnrollConfig({ clientState: await exportFromWeb('bob') }));
      await setTenant({ lockoutFailures: 2, lockoutSuspensionSeconds: 600 });
      for (let i = 0; i < 2; i++) expect(await onWeb('bob', other)).toBe('SERVER_FACE_DOES_NOT_MATCH');
      expect(await onWeb('bob', one)).toBe('SERVER_USER_LOCKED_OUT');
      const suspended = await keyless.authenticate(new BiomAuthConfig()).catch((error: unknown) => error);
      expect(suspended).toMatchObject({ code: 30007 });
      const remaining = await keyless.getLockoutRemainingSeconds();
      expect(remaining).toBeGreaterThan(500);
      expect(remaining).toBeLessThanOrEqual(600);
      await expect(keyless.validateUserAndDeviceActive()).resolves.toBeUndefined();

      const second = await newDevice();
      const carolId = await enrollOnWeb('carol');
      await second.keyless.enroll(new BiomEnrollConfig({ clientState: await exportFromWeb('carol') }));
      second.look.sees = other;
      for (let i = 0; i < 2; i++) {
        await expect(second.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({
          code: 30004,
        });
      }
      expect(await onWeb('carol', one)).toBe('SERVER_USER_LOCKED_OUT');
      expect(await second.keyless.getUserId()).toBe(carolId);

      await enrollOnWeb('dora');
      const clientState = await exportFromWeb('dora');
      for (let i = 0; i < 2; i++) expect(await onWeb('dora', other)).toBe('SERVER_FACE_DOES_NOT_MATCH');
      const third = await newDevice();
      const activation = third.keyless.enroll(new BiomEnrollConfig({ clientState }));
      await expect(activation).rejects.toMatchObject({ code: 523 });
      // Suspended is the user, not the people before other cameras.
      expect(await onWeb('by-agent-online', one)).toBe('finished');
      await setTenant({ lockoutFailures: 5 });
    },
    patienceMs,
  );
});
