import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativePlatform } from '@openrecognize/contracts';
import { startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeyless, type KeylessInstance } from '../src/keyless.ts';
import { createNodePorts } from '../src/node/node-ports.ts';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import type { KeylessPorts } from '../src/ports/keyless-ports.ts';
import type { HttpRequest, NetworkingModule } from '../src/ports/networking-module.ts';
import { fakeAnalyzer, pictureOf } from './test-device.ts';

let stack: TestStack;
let folder: string;
const opened: KeylessInstance[] = [];
let storeCount = 0;

beforeAll(async () => {
  stack = await startTestStack();
  folder = await mkdtemp(join(tmpdir(), 'keyless-codes-'));
}, 120_000);
const closeAll = () => Promise.all(opened.splice(0).map((keyless) => keyless.close()));
afterEach(closeAll);
afterAll(async () => {
  await stack?.dispose();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What the network does to a request: undefined loses it. */
type OnTheWay = (request: HttpRequest) => HttpRequest | undefined;

interface Wish {
  readonly platform: NativePlatform;
  readonly storePath?: string;
  readonly ports?: Partial<KeylessPorts>;
  readonly apiKey?: string;
  readonly circuits?: number;
  readonly onTheWay?: OnTheWay;
}

const changing = (inner: NetworkingModule, onTheWay: OnTheWay): NetworkingModule => ({
  sendHTTPRequest: async (request) => {
    const changed = onTheWay(request);
    return changed ? inner.sendHTTPRequest(changed) : { errorCode: 1, httpCode: 0, responseBody: '' };
  },
});

const createDevice = async (wish: Wish) => {
  const { platform, circuits = 3, onTheWay = (request) => request } = wish;
  const look = { at: 'ada' };
  const node = createNodePorts({
    camera: { capture: async () => [pictureOf(look.at)] },
    analyzer: fakeAnalyzer(),
    storePath: wish.storePath ?? join(folder, `device-${storeCount++}`),
  });
  const network = changing(node.network, onTheWay);
  const keyless = createKeyless({ ...node, network, ...wish.ports, platform });
  opened.push(keyless);
  await keyless.configure({
    apiKey: wish.apiKey ?? stack.tenant.mobileApiKey,
    hosts: [stack.tenant.coreDaemonUrl],
    numberOfSharedCircuits: circuits,
    numberOfEnrollmentCircuits: circuits,
  });
  return { keyless, look };
};

const enrolled = async (wish: Wish) => {
  const device = await createDevice(wish);
  const { keylessId } = await device.keyless.enroll(new BiomEnrollConfig());
  await device.keyless.whenIdle();
  return { ...device, keylessId };
};

const authenticate = ({ keyless }: { readonly keyless: KeylessInstance }) =>
  keyless.authenticate(new BiomAuthConfig());

const deleteOverServerApi = async (path: string): Promise<void> => {
  const headers = { 'x-api-key': stack.tenant.secretApiKey };
  const answer = await fetch(`${stack.urlOf('operations-service')}/v2${path}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(200);
};

const isRefill = ({ path }: HttpRequest): boolean => path.startsWith('/v1/users/');
const isUserAuth = ({ path }: HttpRequest): boolean => path.startsWith('/v1/authentications/');

describe.each<NativePlatform>(['ios', 'android'])('the running services lead, on %s,', (platform) => {
  it('to 507 when a message arrives cut short', async () => {
    const onTheWay: OnTheWay = (request) =>
      isUserAuth(request) ? { ...request, body: request.body!.subarray(0, -1) } : request;
    const device = await enrolled({ platform, onTheWay });
    await expect(authenticate(device)).rejects.toMatchObject({ code: 507, platform });
  });

  it('to 512 for another PIN, 30004 for another face, then 30007, and 523 with a client state', async () => {
    const { keyless, look } = await enrolled({ platform, circuits: 9 });
    await keyless.enroll(new PinEnrollConfig('2468'));
    const generatingClientState = 'TEMPORARY';
    const { clientState } = await keyless.authenticate(new BiomAuthConfig({ generatingClientState }));
    const wrongPin = keyless.authenticate(new PinAuthConfig('1111'));
    await expect(wrongPin).rejects.toMatchObject({ code: 512, remainingAttempts: 4 });
    look.at = 'eve';
    for (const remainingAttempts of [3, 2, 1, 0]) {
      await expect(authenticate({ keyless })).rejects.toMatchObject({ code: 30004, remainingAttempts });
    }
    look.at = 'ada';
    await expect(authenticate({ keyless })).rejects.toMatchObject({ code: 30007, sharedCode: 3007 });
    const second = await createDevice({ platform });
    const activation = second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    await expect(activation).rejects.toMatchObject({ code: 523, platform });
  });

  it('to 534 for a deleted user, 535 for a deleted device', async () => {
    const user = await enrolled({ platform });
    await deleteOverServerApi(`/users/${user.keylessId}`);
    await expect(authenticate(user)).rejects.toMatchObject({ code: 534, platform });
    const device = await enrolled({ platform });
    // Its user stays, by the PIN.
    await device.keyless.enroll(new PinEnrollConfig('2468'));
    const key = encodeURIComponent(await device.keyless.getUserSigningPublicKey());
    await deleteOverServerApi(`/users/${device.keylessId}/devices/${key}`);
    await expect(authenticate(device)).rejects.toMatchObject({ code: 535, platform });
  });

  it('to 537 for a field that no server takes', async () => {
    const { keyless } = await createDevice({ platform, ports: { osVersion: 'x'.repeat(65) } });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 537, platform });
  });

  it('to 1124 for an external id that another user has', async () => {
    const enroll = async (id: string) => {
      const { keyless } = await createDevice({ platform });
      const operationInfo = { id: `${id} ${platform}`, externalUserId: `ada on ${platform}` };
      return keyless.enroll(new BiomEnrollConfig({ operationInfo }));
    };
    await enroll('sign-up');
    await expect(enroll('sign-up again')).rejects.toMatchObject({ code: 1124, platform });
  });

  it('to 1142 for a clock that is an hour behind', async () => {
    const now = () => Date.now() - 3_600_000;
    const { keyless } = await createDevice({ platform, ports: { now } });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 1142, platform });
  });

  it('to 10200 with 3005 when the last circuit is used and no other one came up', async () => {
    const onTheWay: OnTheWay = (request) => (isRefill(request) ? undefined : request);
    const device = await enrolled({ platform, circuits: 1, onTheWay });
    await authenticate(device);
    const refused = { code: 10200, platform, coreCode: 'NOT_ENOUGH_CIRCUITS', sharedCode: 3005 };
    await expect(authenticate(device)).rejects.toMatchObject(refused);
  });

  it('to 20012 for a key of nobody', async () => {
    const { keyless } = await createDevice({ platform, apiKey: 'key-of-nobody' });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 20012, platform });
  });
});

it('the fifty-first device is refused with 539 on both platforms, client states are counted', async () => {
  const storePath = join(folder, 'fifty');
  const generatingClientState = 'TEMPORARY';
  const generate = (keyless: KeylessInstance) =>
    keyless.authenticate(new BiomAuthConfig({ generatingClientState }));
  const { keyless } = await enrolled({ platform: 'ios', storePath });
  for (let devices = 1; devices < 50; devices++) await generate(keyless);
  await expect(generate(keyless)).rejects.toMatchObject({ code: 539, platform: 'ios' });
  await closeAll();
  const android = await createDevice({ platform: 'android', storePath });
  await expect(generate(android.keyless)).rejects.toMatchObject({ code: 539, platform: 'android' });
}, 300_000);
