import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { updateTenantSettings } from '@openrecognize/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  createPhotoClient,
  createSelfSignedCertificate,
  type FurtherProcess,
  hasFaceModels,
  type PhotoClient,
  readWebServiceAddress,
  sampleRequest,
  startFurtherProcess,
  startTestStack,
  startTokenIssuer,
  type TestStack,
  type TokenIssuer,
} from '../src/index.ts';
import { createLiveClient, type LiveClient, outcomeOf } from './browser/live-client.ts';
import { type Person, twoPeople } from './people.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: user authorization end to end (face models are missing)');

const patienceMs = 120_000;
const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

describe.skipIf(!hasModels)('user authorization by a key set over https, with two processes', () => {
  let stack: TestStack;
  let issuer: TokenIssuer;
  let further: FurtherProcess;
  /** Of the first process and of the second one. */
  let photos: readonly PhotoClient[];
  let live: readonly LiveClient[];
  let person: Person;

  const askForTokensOf = async (userAuthorizationJwksUri: string): Promise<void> => {
    const settings = sampleRequest(updateTenantSettings);
    const url = `${stack.urlOf('operations-service')}${settings.path}`;
    const headers = { ...settings.headers, 'x-api-key': stack.tenant.secretApiKey };
    const { version } = (await (await fetch(url, { headers })).json()) as { version: number };
    const changes = { userAuthorizationType: 'RemoteJWKSet', userAuthorizationJwksUri };
    const body = JSON.stringify({ version, changes });
    expect((await fetch(url, { method: settings.method, headers, body })).status).toBe(200);
  };

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    const environment = {
      NODE_EXTRA_CA_CERTS: issuer.authorityFile,
      NUM_OF_CIRC: '6',
      BIOMETRIC_WORKERS: '1',
      MAX_CONCURRENCY: '8',
      API_KEY_CACHE_SECONDS: '0',
      WEB_SESSION_TIMEOUT_MS: '90000',
      WEB_MAX_CONNECTIONS_PER_ADDRESS: '100',
    };
    stack = await startTestStack({
      services: [...backendServices, 'authentication-service'],
      overrides: { 'authentication-service': environment },
    });
    further = await startFurtherProcess(stack, 'authentication-service', environment);
    const { customer, secretApiKey } = stack.tenant;
    const urls = [stack.urlOf('authentication-service'), further.url];
    photos = await Promise.all(urls.map((url) => createPhotoClient(url, customer, secretApiKey)));
    live = await Promise.all(
      urls.map(async (url) => createLiveClient(await readWebServiceAddress(url, customer))),
    );
    person = (await twoPeople()).one;
    await askForTokensOf(issuer.jwksUri);
  }, patienceMs);
  afterAll(async () => {
    await further?.stop();
    await stack?.dispose();
    await issuer?.close();
  });

  /** Photo enrollment at a process: status and code. */
  const enroll = async (at: 0 | 1, username: string, token?: string): Promise<string> => {
    const headers = token === undefined ? {} : { 'kl-authorization-token': token };
    const answer = await photos[at]!.enroll(username, person.photo, headers);
    const { error } = (await answer.json()) as { error?: { code: string } };
    return error === undefined ? `${answer.status}` : `${answer.status} ${error.code}`;
  };
  /** A web session at a process: the code it failed with, or `finished`, and how many pictures were wanted. */
  const onWeb = async (at: 0 | 1, username: string, token?: string, flow: 'auth' | 'enroll' = 'auth') => {
    const authorization = token === undefined ? {} : { authorization: { token } };
    const client = await live[at]!.open(username, { flow, ...authorization });
    let pictures = 0;
    const verdict = await client.run(() => person.frames[pictures++ % person.frames.length]!);
    return { outcome: outcomeOf({ verdict, closeCode: await client.closed }), pictures };
  };
  const forbidden = { outcome: 'SERVER_FORBIDDEN', pictures: 0 };

  it(
    'lets a photo in with a token of the user’s backend, once, whichever process is asked again',
    async () => {
      const token = issuer.tokenFor('ada');
      expect(await enroll(0, 'ada', token)).toBe('201');
      for (const at of [0, 1] as const) {
        expect(await enroll(at, 'ada', token)).toBe('403 USER_AUTHORIZATION_INVALID');
        expect(await onWeb(at, 'ada', token)).toEqual(forbidden);
      }
      expect(await enroll(1, 'ada', issuer.tokenFor('ada'))).toBe('409 ALREADY_ENROLLED');
    },
    patienceMs,
  );

  it(
    'lets a web session in with a token, once, whichever process is asked again',
    async () => {
      const token = issuer.tokenFor('bob');
      expect(await onWeb(1, 'bob', token, 'enroll')).toMatchObject({ outcome: 'finished' });
      const next = issuer.tokenFor('bob');
      expect(await onWeb(0, 'bob', next)).toMatchObject({ outcome: 'finished' });
      for (const used of [token, next]) {
        for (const at of [0, 1] as const) expect(await onWeb(at, 'bob', used)).toEqual(forbidden);
      }
    },
    patienceMs,
  );

  it(
    'lets one of many in who use a token at the same time',
    async () => {
      await enroll(0, 'carol', issuer.tokenFor('carol'));
      const token = issuer.tokenFor('carol');
      const attempts = Array.from({ length: 8 }, (_, i) => enroll(i % 2 === 0 ? 0 : 1, 'carol', token));
      const answers = (await Promise.all(attempts)).sort();
      expect(answers.filter((answer) => answer === '403 USER_AUTHORIZATION_INVALID').length).toBe(7);
      // It was let in, and found the name taken.
      expect(answers.at(-1)).toBe('409 ALREADY_ENROLLED');
    },
    patienceMs,
  );

  it.each<[string, (issuer: TokenIssuer) => string | undefined]>([
    ['none', () => undefined],
    ['of another user', ({ tokenFor }) => tokenFor('bob')],
    ['for another audience', ({ tokenFor }) => tokenFor('ada', { claims: { aud: 'operations-service' } })],
    [
      'that expired longer ago than clocks differ',
      ({ tokenFor }) => tokenFor('ada', { claims: { iat: nowSeconds() - 900, exp: nowSeconds() - 310 } }),
    ],
    ['that lives for a day', ({ tokenFor }) => tokenFor('ada', { claims: { exp: nowSeconds() + 86_400 } })],
    ['signed by another key', ({ tokenFor }) => tokenFor('ada', { isForged: true })],
    ['with an unknown key', ({ tokenFor }) => tokenFor('ada', { header: { kid: 'other' } })],
    ['without a signature', ({ tokenFor }) => tokenFor('ada', { header: { alg: 'none' } })],
  ])('asks nobody for a picture with a token %s', async (_what, make) => {
    const token = make(issuer);
    expect(await enroll(0, 'ada', token)).toBe('403 USER_AUTHORIZATION_INVALID');
    expect(await onWeb(0, 'ada', token)).toEqual(forbidden);
  });

  it('lets a token in that expired within the tolerance for clocks', async () => {
    const claims = { iat: nowSeconds() - 600, exp: nowSeconds() - 60 };
    expect(await onWeb(0, 'ada', issuer.tokenFor('ada', { claims }))).toMatchObject({ outcome: 'finished' });
  });

  it('refuses a used token after a restart too', async () => {
    const token = issuer.tokenFor('dan');
    expect(await enroll(0, 'dan', token)).toBe('201');
    await stack.service('authentication-service').stop();
    await stack.startAgain('authentication-service');
    expect(await enroll(0, 'dan', token)).toBe('403 USER_AUTHORIZATION_INVALID');
    expect(await onWeb(0, 'dan', issuer.tokenFor('dan'))).toMatchObject({ outcome: 'finished' });
  }, 60_000);

  it('trusts no key set from a server whose certificate nobody vouches for', async () => {
    const { key, certificate } = createSelfSignedCertificate('stranger');
    const stranger = createServer({ key, cert: certificate }, (_request, response) => {
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      await askForTokensOf(`https://127.0.0.1:${(stranger.address() as AddressInfo).port}/jwks.json`);
      expect(await enroll(0, 'eve', issuer.tokenFor('eve'))).toBe('503 SERVICE_UNAVAILABLE');
      await askForTokensOf(issuer.jwksUri);
      expect(await enroll(0, 'eve', issuer.tokenFor('eve'))).toBe('201');
    } finally {
      stranger.closeAllConnections();
      stranger.close();
    }
  });
});
