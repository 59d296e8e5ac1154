import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { updateTenantSettings } from '@openrecognize/contracts';
import {
  sampleRequest,
  startTestStack,
  startTokenIssuer,
  type TestStack,
  type TokenIssuer,
} from '@openrecognize/e2e';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loginHintOf } from '../src/iam-link.ts';
import { createKeyless } from '../src/keyless.ts';
import { createNodePorts } from '../src/node/node-ports.ts';
import { BiomEnrollConfig, type BiomEnrollOptions, PinEnrollConfig } from '../src/operation-configs.ts';
import { fakeAnalyzer, pictureOf } from './test-device.ts';

let stack: TestStack;
let issuer: TokenIssuer;
let folder: string;
let deviceCount = 0;
const opened: ReturnType<typeof createKeyless>[] = [];

/** The server API as an identity provider asks it. */
const serverApi = async (path: string) => {
  const headers = { 'x-api-key': stack.tenant.secretApiKey };
  const answer = await fetch(`${stack.urlOf('operations-service')}/v2${path}`, { headers });
  return { status: answer.status, body: (await answer.json()) as never };
};

const changeSettings = async (changes: object): Promise<void> => {
  const settings = sampleRequest(updateTenantSettings);
  const url = `${stack.urlOf('operations-service')}${settings.path}`;
  const headers = { ...settings.headers, 'x-api-key': stack.tenant.secretApiKey };
  const { version } = (await (await fetch(url, { headers })).json()) as { version: number };
  const body = JSON.stringify({ version, changes });
  expect((await fetch(url, { method: settings.method, headers, body })).status).toBe(200);
};

beforeAll(async () => {
  issuer = await startTokenIssuer();
  stack = await startTestStack({
    overrides: { 'core-daemon': { NODE_EXTRA_CA_CERTS: issuer.authorityFile, API_KEY_CACHE_SECONDS: '0' } },
  });
  folder = await mkdtemp(join(tmpdir(), 'keyless-iam-'));
  await changeSettings({ openidConfigurationUrl: issuer.openidConfigurationUrl, openidAudience: 'acme-app' });
}, 120_000);
afterEach(() => Promise.all(opened.splice(0).map((keyless) => keyless.close())));
afterAll(async () => {
  await stack?.dispose();
  await issuer?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const createDevice = async () => {
  deviceCount++;
  const keyless = createKeyless(
    createNodePorts({
      camera: { capture: async () => [pictureOf('ada')] },
      analyzer: fakeAnalyzer(),
      storePath: join(folder, `device-${deviceCount}`),
    }),
  );
  opened.push(keyless);
  const { mobileApiKey, coreDaemonUrl } = stack.tenant;
  await keyless.configure({ apiKey: mobileApiKey, hosts: [coreDaemonUrl], numberOfSharedCircuits: 5 });
  return keyless;
};

const tokenOf = (subject: string, changes: Parameters<TokenIssuer['tokenFor']>[1] = {}): string =>
  issuer.tokenFor(subject, { ...changes, claims: { aud: 'acme-app', ...changes.claims } });
const refused = { code: 10200, coreCode: 'IAM_TOKEN_INVALID', sharedCode: 5003 };

describe('the IAM link', () => {
  it('leads from a login hint to the user that enrolled with the token', async () => {
    const keyless = await createDevice();
    const subject = 'f2b1c9f0-ada';
    const operationId = 'sign-up-1';
    const { keylessId } = await keyless.enroll(
      new BiomEnrollConfig({ iamToken: tokenOf(subject), operationInfo: { id: operationId } }),
    );
    const [operation, user] = loginHintOf({ operationId, keylessId }).split(';');
    expect((await serverApi(`/operations/${operation}`)).body).toMatchObject({
      userId: user,
      operationId,
      state: 'approved',
    });
    const biometricPublicSigningKey = await keyless.getUserSigningPublicKey();
    expect((await serverApi(`/external-users/${subject}/users`)).body).toMatchObject([
      { userId: user, biometricPublicSigningKey },
    ]);
  });

  it('is refused for a token that another key signed, of another client or issuer, or that is over', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const tokens = [
      tokenOf('eve', { isForged: true }),
      tokenOf('eve', { claims: { aud: 'another-app' } }),
      tokenOf('eve', { claims: { iss: 'https://127.0.0.1/realms/other' } }),
      tokenOf('eve', { claims: { iat: now - 900, exp: now - 600 } }),
    ];
    const keyless = await createDevice();
    for (const iamToken of tokens) {
      await expect(keyless.enroll(new BiomEnrollConfig({ iamToken }))).rejects.toMatchObject(refused);
    }
    expect((await serverApi('/external-users/eve/users')).body).toEqual([]);
    await keyless.enroll(new BiomEnrollConfig({ iamToken: tokenOf('eve') }));
  });

  it('keeps everybody from enrolling under the id of another user, and nobody from enrolling without one', async () => {
    const operationInfo = { id: 'sign-up-2', externalUserId: 'zoe' };
    const keyless = await createDevice();
    await expect(keyless.enroll(new BiomEnrollConfig({ operationInfo }))).rejects.toMatchObject(refused);
    await expect(keyless.enroll(new PinEnrollConfig('2468', { operationInfo }))).rejects.toMatchObject(
      refused,
    );
    await keyless.enroll(new BiomEnrollConfig());
    const zoe = await createDevice();
    await zoe.enroll(new BiomEnrollConfig({ iamToken: tokenOf('zoe'), operationInfo }));
    const second = await createDevice();
    const again = second.enroll(new BiomEnrollConfig({ iamToken: tokenOf('zoe') }));
    await expect(again).rejects.toMatchObject({ code: 1124 });
  });

  it.each<[string, BiomEnrollOptions]>([
    ['no JWT', { iamToken: 'token' }],
    ['a token about nobody', { iamToken: `e30.${Buffer.from('{}').toString('base64url')}.c2ln` }],
    ['an external id that is not the subject', { operationInfo: { id: 'o', externalUserId: 'zoe' } }],
    ['a client state', { clientState: '{}' }],
  ])('is refused on the device with %s', async (_what, options) => {
    const keyless = await createDevice();
    const config = new BiomEnrollConfig({ iamToken: tokenOf('ada'), ...options });
    await expect(keyless.enroll(config)).rejects.toMatchObject({ code: 1134 });
  });

  it('asks for a later try while the provider is away, and refuses tokens once the tenant names none', async () => {
    const away = 'https://127.0.0.1:1/realms/acme/.well-known/openid-configuration';
    const keyless = await createDevice();
    await changeSettings({ openidConfigurationUrl: away });
    const enroll = () => keyless.enroll(new BiomEnrollConfig({ iamToken: tokenOf('late') }));
    await expect(enroll()).rejects.toMatchObject({ coreCode: 'SERVICE_UNAVAILABLE' });
    await changeSettings({ openidConfigurationUrl: null, openidAudience: null });
    await expect(enroll()).rejects.toMatchObject(refused);
    await keyless.enroll(
      new BiomEnrollConfig({ operationInfo: { id: 'sign-up-3', externalUserId: 'late' } }),
    );
  });
});
