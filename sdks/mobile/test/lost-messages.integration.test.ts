import { join } from 'node:path';
import { bytesToUtf8 } from '@openrecognize/bytes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeviceRecordStore } from '../src/device-record.ts';
import { resultOf } from '../src/keyless-result.ts';
import { createEncryptedFileStore } from '../src/node/encrypted-file-store.ts';
import { BiomAuthConfig, BiomDeEnrollConfig, BiomEnrollConfig } from '../src/operation-configs.ts';
import type { HttpRequest, NetworkingModule } from '../src/ports/networking-module.ts';
import type { SecureStorePort } from '../src/ports/secure-store-port.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, createTestFolder, type Fault, type FaultPlan } from './test-device.ts';

let daemon: FakeCoreDaemon;
let storePath: string;
let removeFolder: () => Promise<void>;
const devices: ReturnType<typeof createTestDevice>[] = [];

const createDevice = async (options: { plan?: FaultPlan; store?: SecureStorePort } = {}) => {
  const made = createTestDevice({ daemon, storePath, ...options });
  devices.push(made);
  await made.configure();
  return made;
};

/** The same device after its process ended. */
const restart = async (device: { keyless: { close(): Promise<void> } }) => {
  await device.keyless.close();
  return createDevice();
};

beforeEach(async () => {
  daemon = createFakeCoreDaemon();
  const { folder, remove } = await createTestFolder();
  storePath = join(folder, 'device.store');
  removeFolder = remove;
});

afterEach(async () => {
  await Promise.all(devices.splice(0).map(({ keyless }) => keyless.close()));
  await removeFolder();
});

const readRecord = async () => {
  await Promise.all(devices.map(({ keyless }) => keyless.close()));
  const store = createEncryptedFileStore({ path: storePath });
  const record = await createDeviceRecordStore(store).load();
  await store.close();
  return record?.face;
};

/** What no fault may break: one set of labels for an index, and a disk that knows more than the server. */
const expectSoundState = async () => {
  for (const labels of daemon.receivedLabels.values()) expect(labels.size).toBe(1);
  const record = await readRecord();
  if (!record) return;
  const answered = [...daemon.receivedLabels.keys()].map((key) => Number(key.split('/')[1]));
  const stored = [...daemon.devices.values()].flatMap((device) => [...device.circuits.keys()]);
  expect(record.state.nextIndex).toBeGreaterThan(Math.max(-1, ...answered));
  expect(record.state.garbledTo).toBeGreaterThan(Math.max(-1, ...stored));
};

const once =
  (endpoint: string, fault: Fault): FaultPlan =>
  (name, callNumber) =>
    name === endpoint && callNumber === 1 ? fault : undefined;
const always =
  (endpoint: string, fault: Fault): FaultPlan =>
  (name) =>
    name === endpoint ? fault : undefined;

describe.each(['lose-request', 'lose-answer'] as const)('%s', (fault) => {
  it.each([
    'beginEnrollment',
    'uploadEnrollmentCircuits',
    'commitEnrollment',
    'uploadCircuits',
    'beginAuthentication',
    'deviceStatus',
  ])('is made up for at %s by sending the same message again', async (endpoint) => {
    const { keyless } = await createDevice({ plan: once(endpoint, fault) });
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.validateUserAndDeviceActive();
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.whenIdle()).toMatchObject({ stock: 25 });
    expect(daemon.users.size).toBe(1);
    expect(daemon.receivedLabels.size).toBe(1);
    await expectSoundState();
  });

  it('at the verdict gives 30005, and the next authentication uses another circuit', async () => {
    const device = await createDevice({ plan: once('finishAuthentication', fault) });
    await device.keyless.enroll(new BiomEnrollConfig());
    await expect(device.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 30005 });
    expect((await readRecord())?.state.nextIndex).toBe(1);
    const again = await restart(device);
    await again.keyless.authenticate(new BiomAuthConfig());
    expect(await again.keyless.whenIdle()).toMatchObject({ stock: 25 });
    await expectSoundState();
  });

  it('of every refill leaves the authentications alone, and a later refill catches up', async () => {
    const device = await createDevice({ plan: always('uploadCircuits', fault) });
    await device.keyless.enroll(new BiomEnrollConfig());
    expect(await device.keyless.whenIdle()).toMatchObject({
      uploadedCircuits: 0,
      failure: 'NET_CONNECTION_FAILED',
    });
    await device.keyless.authenticate(new BiomAuthConfig());
    expect(await device.keyless.whenIdle()).toMatchObject({ failure: 'NET_CONNECTION_FAILED' });
    const again = await restart(device);
    await again.keyless.authenticate(new BiomAuthConfig());
    expect(await again.keyless.whenIdle()).toMatchObject({ stock: 25 });
    await expectSoundState();
  });

  it('of every commit leaves a record that the next start settles', async () => {
    const device = await createDevice({ plan: always('commitEnrollment', fault) });
    await expect(device.keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 30005 });
    await expect(device.keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
    const again = await restart(device);
    await again.keyless.authenticate(new BiomAuthConfig());
    expect(await again.keyless.whenIdle()).toMatchObject({ stock: 25 });
    expect(daemon.users.size).toBe(1);
    await expectSoundState();
  });

  it('of every first message leaves nothing behind', async () => {
    const { keyless } = await createDevice({ plan: always('beginEnrollment', fault) });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 30005 });
    expect(await readRecord()).toBeUndefined();
    expect(daemon.users.size).toBe(0);
  });
});

type JsonAnswer = Record<string, unknown> & { readonly refill?: object };

/** A set-up whose server answers with other content on some paths. */
const lyingSetup = (honest: NetworkingModule, path: RegExp, lie: (answer: JsonAnswer) => JsonAnswer) => ({
  apiKey: daemon.mobileApiKey,
  hosts: ['http://core.test'],
  networkingModule: {
    sendHTTPRequest: async (request: HttpRequest) => {
      const answer = await honest.sendHTTPRequest(request);
      if (!path.test(request.path) || answer.httpCode !== 200) return answer;
      const json = JSON.parse(bytesToUtf8(answer.responseBody as Uint8Array)) as JsonAnswer;
      return { ...answer, responseBody: JSON.stringify(lie(json)) };
    },
  },
});

describe('a server that changed its mind', () => {
  it('makes the device forget an enrollment it does not know any more', async () => {
    const device = await createDevice({ plan: always('commitEnrollment', 'lose-request') });
    await resultOf(device.keyless.enroll(new BiomEnrollConfig()));
    daemon.devices.clear();
    const again = await restart(device);
    await expect(again.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 20000 });
    await again.keyless.enroll(new BiomEnrollConfig());
    expect(daemon.users.size).toBe(1);
  });

  it('may forget the enrollment of a user that counts: the device status tells', async () => {
    const device = await createDevice({ plan: always('commitEnrollment', 'lose-answer') });
    await resultOf(device.keyless.enroll(new BiomEnrollConfig()));
    daemon.nextFailures.set('commitEnrollment', 'ENROLLMENT_NOT_FOUND');
    const again = await restart(device);
    await again.keyless.authenticate(new BiomAuthConfig());
    expect(daemon.users.size).toBe(1);
  });

  it('leaves no record when it refuses the commit', async () => {
    const { keyless } = await createDevice();
    daemon.nextFailures.set('commitEnrollment', 'ENROLLMENT_EXPIRED');
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({
      coreCode: 'ENROLLMENT_EXPIRED',
    });
    expect(await readRecord()).toBeUndefined();
  });

  it.each(['RESERVATION_EXPIRED', 'NO_SUCH_CIRCUIT_ID', 'CIRCUIT_CORRUPT'] as const)(
    'is given one more circuit after %s',
    async (code) => {
      const { keyless } = await createDevice();
      await keyless.enroll(new BiomEnrollConfig());
      daemon.nextFailures.set('finishAuthentication', code);
      await keyless.authenticate(new BiomAuthConfig());
      expect(daemon.calls.filter((name) => name === 'finishAuthentication')).toHaveLength(2);
      await keyless.whenIdle();
      await expectSoundState();
    },
  );

  it('is not asked a third time', async () => {
    const { keyless, ports } = await createDevice();
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.whenIdle();
    const { sendHTTPRequest } = ports.network;
    let finishes = 0;
    await keyless.configure({
      apiKey: daemon.mobileApiKey,
      hosts: ['http://core.test'],
      networkingModule: {
        sendHTTPRequest: (request) => {
          if (/authentications\/./.test(request.path)) {
            finishes++;
            daemon.nextFailures.set('finishAuthentication', 'CIRCUIT_CORRUPT');
          }
          return sendHTTPRequest(request);
        },
      },
    });
    const failure = { code: 10200, coreCode: 'CIRCUIT_CORRUPT' };
    await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject(failure);
    expect(finishes).toBe(2);
  });

  it('can not make the device answer an index twice, nor one it never made', async () => {
    const { keyless, ports } = await createDevice();
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.authenticate(new BiomAuthConfig());
    await keyless.whenIdle();
    for (const circuitIndex of [0, 26, 4_000_000_000]) {
      await keyless.configure(
        lyingSetup(ports.network, /authentications$/, (answer) => ({ ...answer, circuitIndex })),
      );
      await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 507 });
    }
    expect([...daemon.receivedLabels.keys()].map((key) => key.split('/')[1])).toEqual(['0']);
  });

  it.each([
    ['a far index', { fromIndex: 4_000_000_000 }],
    ['a template of another device', { sealedTemplate: Buffer.alloc(284, 7).toString('base64') }],
    ['an older epoch', { epoch: 3 }],
  ])('can not make a refill garble over %s', async (_, lie) => {
    const { keyless, ports } = await createDevice();
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.whenIdle();
    await keyless.configure(
      lyingSetup(ports.network, /authentications\/./, (answer) => ({
        ...answer,
        ...lie,
        refill: { ...answer.refill, ...lie },
      })),
    );
    await keyless.authenticate(new BiomAuthConfig());
    const failure = 'PROTOCOL_INVALID_MESSAGE';
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 0, failure });
    expect((await readRecord())?.state.garbledTo).toBe(25);
  });

  it('has its user gone when the answer to a de-enrollment is lost, and reset clears the device', async () => {
    const plan: FaultPlan = (name, n) =>
      name === 'finishAuthentication' && n === 1 ? 'lose-answer' : undefined;
    const { keyless } = await createDevice({ plan });
    await keyless.enroll(new BiomEnrollConfig());
    await expect(keyless.deEnroll(new BiomDeEnrollConfig())).rejects.toMatchObject({ code: 30005 });
    await expect(keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 534 });
    await keyless.reset();
    await keyless.enroll(new BiomEnrollConfig());
  });
});

describe('a disk that fails', () => {
  const failing = (store: SecureStorePort, shouldFail: () => boolean): SecureStorePort => ({
    ...store,
    write: async (record) => {
      if (shouldFail()) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      return store.write(record);
    },
  });

  it.each([
    ['android', 10005],
    ['ios', 20002],
  ] as const)('keeps labels from leaving (%s answers %d)', async (platform, code) => {
    let isFull = false;
    const store = failing(createEncryptedFileStore({ path: storePath }), () => isFull);
    const made = createTestDevice({ daemon, storePath, store, platform });
    devices.push(made);
    await made.configure();
    await made.keyless.enroll(new BiomEnrollConfig());
    await made.keyless.whenIdle();
    isFull = true;
    await expect(made.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code });
    expect(daemon.receivedLabels.size).toBe(0);
    isFull = false;
    await made.keyless.authenticate(new BiomAuthConfig());
    await made.keyless.whenIdle();
    await expectSoundState();
  });

  it('keeps an enrollment from being committed', async () => {
    const store = failing(createEncryptedFileStore({ path: storePath }), () => true);
    const { keyless } = await createDevice({ store });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 10005 });
    expect(daemon.users.size).toBe(0);
  });

  it('keeps replacement circuits from leaving, while the authentication stands', async () => {
    let writesLeft = Number.POSITIVE_INFINITY;
    const store = failing(createEncryptedFileStore({ path: storePath }), () => writesLeft-- <= 0);
    const { keyless } = await createDevice({ store });
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.whenIdle();
    writesLeft = 1;
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 0, stock: 24 });
    writesLeft = Number.POSITIVE_INFINITY;
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 2, stock: 25 });
    await expectSoundState();
  });
});
