import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { registerDemoTenant } from '@openrecognize/all-in-one';
import {
  authenticationServiceEndpoints,
  type EndpointShape,
  limits,
  updateTenantSettings,
} from '@openrecognize/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  createPhotoClient,
  hasFaceModels,
  openContent,
  type PhotoClient,
  photoOf,
  photoOfNobody,
  sampleRequest,
  sealContent,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: the contract of the photo services (face models are missing)');

/** Status and code of an answer. */
const verdictOf = async (pending: Response | Promise<Response>): Promise<string> => {
  const answer = await pending;
  const text = await answer.text();
  const body = text.startsWith('{') ? JSON.parse(text) : undefined;
  const code = body?.error?.code ?? body?.code;
  return code === undefined ? `${answer.status}` : `${answer.status} ${code}`;
};

describe.skipIf(!hasModels)('the photo services', () => {
  /** Read at each start of the agent. */
  const agentEnvironment: Record<string, string> = { MAX_CONCURRENCY: '1', NUM_OF_CIRC: '3' };
  let stack: TestStack;
  let photo: Buffer;
  let client: PhotoClient;
  let keysOfOther: { readonly mobile: string; readonly secret: string };

  beforeAll(async () => {
    stack = await startTestStack({
      services: [...backendServices, 'authentication-service', 'enrollment-agent'],
      overrides: {
        'enrollment-agent': agentEnvironment,
        'authentication-service': { NUM_OF_CIRC: '3', API_KEY_CACHE_SECONDS: '0' },
      },
    });
    photo = await photoOf('blonde');
    const { customer, secretApiKey } = stack.tenant;
    client = await createPhotoClient(stack.urlOf('authentication-service'), customer, secretApiKey);
    const newKey = () => randomBytes(32).toString('base64url');
    keysOfOther = { mobile: newKey(), secret: newKey() };
    await registerDemoTenant(stack.urlOf('node-persistence'), 'other', {
      serviceKey: stack.secrets.serviceKey,
      apiKeys: { ...keysOfOther, download: newKey() },
    });
  }, 120_000);
  afterAll(() => stack?.dispose());

  const agent = (
    mode: 'offline' | 'online',
    body: Uint8Array | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    fetch(`${stack.urlOf('enrollment-agent')}/v1/${mode}-enrollment`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE', ...headers },
      body: body as BodyInit,
    });
  const startAgentWith = async (changes: Readonly<Record<string, string>>): Promise<void> => {
    await stack.service('enrollment-agent').stop();
    Object.assign(agentEnvironment, changes);
    await stack.startAgain('enrollment-agent');
  };

  describe('the enrollment agent', () => {
    it('200: says that it is there, and enrolls offline and online, raw or in base64', async () => {
      const health = await fetch(`${stack.urlOf('enrollment-agent')}/health-check`);
      expect([health.status, await health.json()]).toEqual([
        200,
        { version: expect.any(String), status: 'ok' },
      ]);
      const offline = await agent('offline', photo.toString('base64'), {
        'content-encoding': 'base64',
        'exif-transpose': 'true',
      });
      expect(offline.status).toBe(200);
      const made = (await offline.json()) as Record<string, string>;
      expect(Object.keys(made).sort()).toEqual(['clientState', 'keylessId', 'serverState']);
      expect(JSON.parse(made['clientState']!)).toMatchObject({
        artifact: expect.any(Object),
        'core-client-state': expect.any(String),
      });
      const online = await agent('online', photo, { scenario: 'TRUSTED_SOURCE' });
      expect(online.status).toBe(200);
      expect(Object.keys((await online.json()) as object).sort()).toEqual(['clientState', 'keylessId']);
    });

    it.each(['offline', 'online'] as const)(
      '400 (%s): what is no photo, or lacks its scenario',
      async (mode) => {
        const garbage = randomBytes(2_000);
        expect(await verdictOf(agent(mode, garbage))).toBe('400 IMAGE_FORMAT_INVALID');
        expect(await verdictOf(agent(mode, photo.subarray(0, 900)))).toBe('400 IMAGE_FORMAT_INVALID');
        expect(await verdictOf(agent(mode, ''))).toBe('400 IMAGE_EMPTY');
        const noText = { 'content-encoding': 'base64' };
        expect(await verdictOf(agent(mode, '!!!', noText))).toBe('400 IMAGE_FORMAT_INVALID');
        const noPicture = { 'content-type': 'text/html' };
        expect(await verdictOf(agent(mode, photo, noPicture))).toBe('400 IMAGE_FORMAT_INVALID');
        for (const wrong of [
          { scenario: 'PARTY' },
          { 'exif-transpose': 'perhaps' },
          { 'content-encoding': 'gzip' },
        ]) {
          expect(await verdictOf(agent(mode, photo, wrong))).toBe('400 BAD_REQUEST');
        }
      },
    );

    it('413: a photo over the limit', async () => {
      const large = new Uint8Array(limits.maxImageBytes + 1);
      expect(await verdictOf(agent('offline', large))).toBe('413 IMAGE_TOO_LARGE');
    });

    it.each(['offline', 'online'] as const)(
      '422 (%s): a photo without a face, with reason and values',
      async (mode) => {
        const refused = await agent(mode, await photoOfNobody());
        expect(refused.status).toBe(422);
        const body = (await refused.json()) as {
          readonly detail: string;
          readonly stats: { readonly filters: readonly object[] };
        };
        expect(body).toMatchObject({
          title: 'Filter Triggered',
          statusCode: 422,
          code: 'KL_BIOM_ERROR_FILTER_TRIGGERED',
          stats: { faceCount: 0, width: 300, height: 300 },
        });
        expect(body.detail).toContain('face_missing');
        expect(body.stats.filters).toContainEqual({
          name: 'face_missing',
          triggered: true,
          value: expect.any(Number),
          threshold: expect.any(Number),
        });
      },
    );

    it('429: more photos at a time than there are places', async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => agent('offline', photo)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
      expect(refused.length).toBeGreaterThan(0);
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await verdictOf(refused[0]!)).toBe('429 TOO_MANY_REQUESTS');
    });

    it('500: the agent’s own key is refused, which is not its caller’s fault', async () => {
      await startAgentWith({ AUTH_SERVER_API_KEY: stack.tenant.secretApiKey });
      expect(await verdictOf(agent('online', photo))).toBe('500 INTERNAL_ERROR');
    });

    it('409: online mode without a key; offline mode needs none', async () => {
      await startAgentWith({ AUTH_SERVER_API_KEY: '' });
      expect(await verdictOf(agent('online', photo))).toBe('409 ONLINE_MODE_NOT_CONFIGURED');
      expect(await verdictOf(agent('offline', photo))).toBe('200');
    });

    it('503: the core-daemon is away, and 200 again when it is back', async () => {
      await startAgentWith({ AUTH_SERVER_API_KEY: stack.tenant.mobileApiKey });
      await stack.service('core-daemon').stop();
      expect(await verdictOf(agent('online', photo))).toBe('503 SERVICE_UNAVAILABLE');
      await stack.startAgain('core-daemon');
      expect(await verdictOf(agent('online', photo))).toBe('200');
    });
  });

  describe('the authentication service', () => {
    it('200, 201, 409: says who is enrolled, enrolls from a photo, once', async () => {
      const unknown = await client.status('ada');
      expect([unknown.status, await unknown.json()]).toEqual([200, { isEnrolled: false }]);
      const enrolled = await client.enroll('ada', photo, { 'kl-prepare-backup': 'true' });
      expect(enrolled.status).toBe(201);
      const { keylessId } = (await enrolled.json()) as { keylessId: string };
      expect(keylessId).toMatch(/^[0-9A-F]{64}$/);
      expect(await (await client.status('ada')).json()).toEqual({ isEnrolled: true, keylessId });
      expect(await verdictOf(client.enroll('ada', photo))).toBe('409 ALREADY_ENROLLED');
    });

    it('400: headers of other values, and photos that do not open', async () => {
      const wrong: readonly Readonly<Record<string, string>>[] = [
        { 'kl-key-algorithm': 'RSAES-OAEP-SHA-1' },
        { 'kl-image-algorithm': 'AES-CBC' },
        { 'kl-scenario': 'PARTY' },
        { 'kl-image-key': '' },
      ];
      for (const headers of wrong) {
        expect(await verdictOf(client.enroll('bob', photo, headers))).toBe('400 BAD_REQUEST');
      }
      const closed = [
        { 'kl-image-key': 'not hex' },
        { 'kl-key-id': 'alias/other' },
        { 'kl-image-key': client.wrap(randomBytes(32)) },
      ];
      for (const headers of closed) {
        expect(await verdictOf(client.enroll('bob', photo, headers))).toBe('400 IMAGE_DECRYPT_FAILED');
      }
      expect(await verdictOf(client.enroll('bob', randomBytes(500)))).toBe('400 IMAGE_FORMAT_INVALID');
    });

    it('422: a photo without a face', async () => {
      expect(await verdictOf(client.enroll('bob', await photoOfNobody()))).toBe('422 FILTER_TRIGGERED');
      expect(await (await client.status('bob')).json()).toEqual({ isEnrolled: false });
    });

    it('exports once: 422 for a key that is no hex, 400, 406 and 404 before, 422 for another key after', async () => {
      const key = randomBytes(32);
      const headers = client.stateHeaders(key);
      const path = 'ada/export-client-state';
      const wanted = (more: Readonly<Record<string, string>>) =>
        verdictOf(client.post(path, { ...headers, ...more }));
      expect(await wanted({ 'kl-client-state-key': 'xyz' })).toBe('422 BYTES_INVALID_ENCODING');
      expect(await wanted({ 'kl-client-state-key': 'abcd' })).toBe('400 CLIENT_STATE_DECRYPT_FAILED');
      expect(await wanted({ 'kl-client-state-type': 'TEMPORARY' })).toBe('400 BAD_REQUEST');
      expect(await wanted({ accept: 'application/json' })).toBe('406 NOT_ACCEPTABLE');
      expect(await verdictOf(client.post('nobody/export-client-state', headers))).toBe('404 USER_NOT_FOUND');
      const exported = await client.post(path, { ...headers, accept: 'application/octet-stream' });
      expect([exported.status, exported.headers.get('content-type')]).toEqual([
        200,
        'application/octet-stream',
      ]);
      const sealed = Buffer.from(await exported.arrayBuffer());
      expect(JSON.parse(openContent(key, sealed))).toHaveProperty('core-client-state');
      const other = client.stateHeaders(randomBytes(32));
      expect(await verdictOf(client.post(path, other))).toBe('422 CLIENT_STATE_NOT_AVAILABLE');
    });

    it('names what was wrong with hex in the form integrators look for', async () => {
      const headers = { ...client.stateHeaders(randomBytes(32)), 'kl-client-state-key': 'xyz' };
      const text = await (await client.post('ada/export-client-state', headers)).text();
      expect(text).toContain('bytes_invalid_enc');
    });

    it('imports: 422 for a key that is no hex, 400 for a state that does not open or is none', async () => {
      const key = randomBytes(32);
      const headers = client.stateHeaders(key);
      const post = (body: Uint8Array, more: Readonly<Record<string, string>> = {}, name = 'ada') =>
        verdictOf(client.post(`${name}/import-client-state`, { ...headers, ...more }, body));
      expect(await post(randomBytes(100), { 'kl-client-state-key': 'xyz' })).toBe(
        '422 BYTES_INVALID_ENCODING',
      );
      expect(await post(randomBytes(100))).toBe('400 CLIENT_STATE_DECRYPT_FAILED');
      expect(await post(sealContent(key, Buffer.from('{}')))).toBe('400 CLIENT_STATE_INVALID');
    });

    it.each(Object.entries(authenticationServiceEndpoints).filter(([, { auth }]) => auth !== 'public'))(
      '401 and 404 (%s): by the kind of the key and the tenant it belongs to',
      async (_name, endpoint: EndpointShape) => {
        const known = { ...client.stateHeaders(randomBytes(32)), ...client.imageHeaders(randomBytes(32)) };
        const call = (key: string, customer: string, header = 'kl-api-key') => {
          const request = sampleRequest(endpoint, { ...known, customer, username: 'ada' });
          return verdictOf(
            fetch(`${stack.urlOf('authentication-service')}${request.path}`, {
              method: request.method,
              headers: { ...request.headers, ...(key === '' ? {} : { [header]: key }) },
              ...(request.method === 'GET' ? {} : { body: (request.body ?? null) as BodyInit | null }),
            }),
          );
        };
        const { mobileApiKey, downloadKey, secretApiKey, customer } = stack.tenant;
        expect(await call('', customer)).toBe('401 API_KEY_MISSING');
        expect(await call(secretApiKey, customer, 'x-api-key')).toBe('401 API_KEY_MISSING');
        expect(await call('guess', customer)).toBe('401 API_KEY_INVALID');
        expect(await call(mobileApiKey, customer)).toBe('401 API_KEY_WRONG_KIND');
        expect(await call(downloadKey, customer)).toBe('401 API_KEY_WRONG_KIND');
        for (const whose of [customer, 'nobody']) {
          expect(await call(keysOfOther.secret, whose)).toBe('404 CUSTOMER_NOT_FOUND');
        }
      },
    );

    it('has the documented metrics of web sessions, and no other', async () => {
      const documentation = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
      const documented = [...documentation.matchAll(/^\s*\| `(openrecognize_web_\w+)` \| (\w+) \|/gm)];
      const metrics = await (await fetch(`${stack.urlOf('authentication-service')}/metrics`)).text();
      const running = [...metrics.matchAll(/^# TYPE (openrecognize_web_\w+) (\w+)$/gm)];
      const named = ([, name, type]: RegExpMatchArray) => `${name} ${type}`;
      expect(running.length).toBeGreaterThan(0);
      expect(running.map(named).sort()).toEqual(documented.map(named).sort());
    });

    it('shows another tenant nobody of the same name', async () => {
      const other = await createPhotoClient(
        stack.urlOf('authentication-service'),
        'other',
        keysOfOther.secret,
      );
      expect(await (await other.status('ada')).json()).toEqual({ isEnrolled: false });
      const wanted = other.stateHeaders(randomBytes(32));
      expect(await verdictOf(other.post('ada/export-client-state', wanted))).toBe('404 USER_NOT_FOUND');
    });

    it('403: a tenant that asks for user authorization, before any look at the photo', async () => {
      const changed = sampleRequest(updateTenantSettings);
      const read = await fetch(`${stack.urlOf('operations-service')}${changed.path}`, {
        headers: { 'x-api-key': stack.tenant.secretApiKey },
      });
      const { version } = (await read.json()) as { version: number };
      const answer = await fetch(`${stack.urlOf('operations-service')}${changed.path}`, {
        method: changed.method,
        headers: { ...changed.headers, 'x-api-key': stack.tenant.secretApiKey },
        body: JSON.stringify({
          version,
          changes: {
            userAuthorizationType: 'RemoteJWKSet',
            userAuthorizationJwksUri: 'https://127.0.0.1:1/jwks.json',
          },
        }),
      });
      expect(answer.status).toBe(200);
      const noPhoto = randomBytes(50);
      expect(await verdictOf(client.enroll('eve', noPhoto))).toBe('403 USER_AUTHORIZATION_INVALID');
      const token = { 'kl-authorization-token': 'a.b.c' };
      expect(await verdictOf(client.enroll('eve', noPhoto, token))).toBe('403 USER_AUTHORIZATION_INVALID');
    });
  });
});
