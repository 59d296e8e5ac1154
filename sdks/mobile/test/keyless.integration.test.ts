import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultOf } from '../src/keyless-result.ts';
import {
  BiomAuthConfig,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  PhotoEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, createTestFolder, fakeAnalyzer, pictureOf } from './test-device.ts';

let daemon: FakeCoreDaemon;
let storePath: string;
let removeFolder: () => Promise<void>;
const devices: ReturnType<typeof createTestDevice>[] = [];

const device = (options: Partial<Parameters<typeof createTestDevice>[0]> = {}) => {
  const made = createTestDevice({ daemon, storePath, ...options });
  devices.push(made);
  return made;
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

const enrolled = async (options: Parameters<typeof device>[0] = {}) => {
  const made = device(options);
  await made.configure();
  const { keylessId } = await made.keyless.enroll(new BiomEnrollConfig());
  return { ...made, keylessId };
};

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString('utf8'));

describe('enrollment and authentication', () => {
  it('enrolls a face and signs the transaction data when the same face comes back', async () => {
    const { keyless, keylessId } = await enrolled();
    const jwtSigningInfo = { claimTransactionData: '{"amount":"12.00"}', audience: 'shop' };
    const { signedJwt, timings } = await keyless.authenticate(new BiomAuthConfig({ jwtSigningInfo }));
    expect(claimsOf(signedJwt!)).toMatchObject({ td: '{"amount":"12.00"}', aud: 'shop', sub: keylessId });
    expect(Object.keys(timings)).toEqual(['captureMs', 'analysisMs', 'deviceAuthMs', 'userAuthMs']);
    expect(await keyless.getUserId()).toBe(keylessId);
  });

  it('gives no JWT when none was asked for', async () => {
    const { keyless } = await enrolled();
    expect(await keyless.authenticate(new BiomAuthConfig())).not.toHaveProperty('signedJwt');
  });

  it('enrolls with five circuits, sends the other twenty afterwards and replaces each used one', async () => {
    const { keyless } = await enrolled();
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 20, stock: 25 });
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 1, stock: 25 });
    expect([...daemon.devices.values()].map(daemon.stockOf)).toEqual([25]);
  });

  it('honours numberOfSharedCircuits and numberOfEnrollmentCircuits', async () => {
    const { keyless, configure } = device();
    await configure({ shared: 7, first: 3 });
    await keyless.enroll(new BiomEnrollConfig());
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 4, stock: 7 });
  });

  it('keeps as many circuits as it was told after a match too, within what the server takes', async () => {
    daemon = createFakeCoreDaemon({ targetCircuitCount: 9 });
    for (const [shared, stock] of [
      [7, 7],
      [12, 9],
    ] as const) {
      storePath = `${storePath}.${shared}`;
      const { keyless, configure } = device();
      await configure({ shared, first: 3 });
      await keyless.enroll(new BiomEnrollConfig());
      expect(await keyless.whenIdle()).toMatchObject({ stock });
      await keyless.authenticate(new BiomAuthConfig());
      expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 1, stock });
    }
  });

  it('fills the stock up to a number that was raised later', async () => {
    const { keyless, configure } = device();
    await configure({ shared: 5, first: 3 });
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.whenIdle();
    await configure({ shared: 8, first: 3 });
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.whenIdle()).toMatchObject({ uploadedCircuits: 4, stock: 8 });
  });

  it('enrolls from a trusted photo and returns the frame of a camera enrollment on request', async () => {
    const first = device();
    await first.configure();
    await first.keyless.enroll(new PhotoEnrollConfig({ photo: pictureOf('ada') }));
    await first.keyless.authenticate(new BiomAuthConfig());
    await first.keyless.reset();
    const { enrollmentFrame } = await first.keyless.enroll(
      new BiomEnrollConfig({ shouldRetrieveEnrollmentFrame: true }),
    );
    expect(enrollmentFrame).toEqual(pictureOf('ada'));
  });

  it('has the screens look as the app wants, where the platform has any', async () => {
    const seen: unknown[] = [];
    const screens = {
      approveTransaction: async () => true,
      showIntroduction: async () => {},
      applyUI: async (ui: unknown) => void seen.push(ui),
    };
    const ui = { sdkTheme: 'DARK', colors: { primary: '#102030' } } as const;
    await device({ ports: { screens } }).keyless.updateUI(ui);
    expect(seen).toEqual([ui]);
    await expect(device().keyless.updateUI(ui)).rejects.toMatchObject({ code: 1134 });
  });

  it('names the key that answers for the face, on a device with a PIN alone none', async () => {
    const { keyless } = await enrolled();
    expect(await keyless.getUserSigningPublicKey()).toBe(await keyless.getDevicePublicSigningKey());
    const { publicSigningKey } = [...daemon.devices.values()][0]!.request;
    expect(await keyless.getUserSigningPublicKey()).toBe(publicSigningKey);
    await keyless.reset();
    await expect(keyless.getUserSigningPublicKey()).rejects.toMatchObject({ code: 20000 });
    await keyless.enroll(new PinEnrollConfig('2468'));
    await expect(keyless.getUserSigningPublicKey()).rejects.toMatchObject({ code: 1167 });
  });

  it('takes the external user id of the operation for the new user', async () => {
    const { keyless, configure } = device();
    await configure();
    await keyless.enroll(new BiomEnrollConfig({ operationInfo: { id: 'op-1', externalUserId: 'ext-7' } }));
    expect([...daemon.devices.values()][0]?.request).toMatchObject({
      externalUserId: 'ext-7',
      operationInfo: { operationId: 'op-1' },
      deviceOrigin: 'ANDROID',
    });
  });

  it('goes on after a restart with the state on disk', async () => {
    const first = await enrolled();
    await first.keyless.authenticate(new BiomAuthConfig());
    await first.keyless.close();
    const second = device();
    await second.configure();
    await second.keyless.authenticate(new BiomAuthConfig());
    expect(await second.keyless.getUserId()).toBe(first.keylessId);
  });

  it('keeps two instances apart', async () => {
    const ada = await enrolled();
    const bob = device({ storePath: `${storePath}-bob` });
    bob.look.at = 'bob';
    await bob.configure();
    const { keylessId } = await bob.keyless.enroll(new BiomEnrollConfig());
    expect(keylessId).not.toBe(ada.keylessId);
    await bob.keyless.authenticate(new BiomAuthConfig());
    await ada.keyless.authenticate(new BiomAuthConfig());
  });

  it('runs concurrent calls one after the other, refills included', async () => {
    const { keyless } = await enrolled();
    const results = await Promise.all(
      Array.from({ length: 6 }, () => keyless.authenticate(new BiomAuthConfig())),
    );
    expect(results).toHaveLength(6);
    await keyless.whenIdle();
    expect([...daemon.receivedLabels.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('refusals', () => {
  it('answers 30004 to another face, 30007 with the remaining seconds to the sixth try, and forgets after a match', async () => {
    const { keyless, look } = await enrolled();
    look.at = 'eve';
    const attempts: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      const result = await resultOf(keyless.authenticate(new BiomAuthConfig()));
      attempts.push(
        result.fold<unknown>({
          onSuccess: () => 'match',
          onFailure: (e) => [e.code, e.remainingAttempts, e.lockoutRemainingSeconds],
        }),
      );
    }
    expect(attempts).toEqual([
      [30004, 4, undefined],
      [30004, 3, undefined],
      [30004, 2, undefined],
      [30004, 1, undefined],
      [30004, 0, 600],
      [30007, undefined, 600],
    ]);
    daemon.clock.nowMs += 100_000;
    expect(await keyless.getLockoutRemainingSeconds()).toBe(500);
    daemon.clock.nowMs += 500_000;
    look.at = 'ada';
    await keyless.authenticate(new BiomAuthConfig());
    look.at = 'eve';
    await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ remainingAttempts: 4 });
  });

  it('uses no circuit while locked out', async () => {
    const { keyless, look } = await enrolled();
    look.at = 'eve';
    for (let i = 0; i < 5; i++) await resultOf(keyless.authenticate(new BiomAuthConfig()));
    const used = daemon.receivedLabels.size;
    await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 30007 });
    expect(daemon.receivedLabels.size).toBe(used);
  });

  it.each([
    ['android', 20002, 'sdkNotConfigured'],
    ['ios', 10000, 'sdk'],
  ] as const)('refuses work before configure on %s with %d', async (platform, code, caseName) => {
    const { keyless } = device({ platform });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code, caseName });
  });

  it.each([
    [{ apiKey: 'k', hosts: [] }],
    [{ apiKey: 'k', hosts: ['https://core.test/'] }],
    [{ apiKey: 'k', hosts: ['ftp://core.test'] }],
    [{ apiKey: 'k', hosts: ['https://core.test'], numberOfSharedCircuits: 101 }],
    [{ apiKey: 'k', hosts: ['https://core.test'], numberOfSharedCircuits: 3, numberOfEnrollmentCircuits: 4 }],
  ])('refuses the set-up %j with 20010', async (config) => {
    await expect(device().keyless.configure(config)).rejects.toMatchObject({ code: 20010 });
  });

  it.each(['', ' ', 'two words', 'schlüssel'])('refuses %j as an API key with 20006', async (apiKey) => {
    const config = { apiKey, hosts: ['https://core.test'] };
    await expect(device().keyless.configure(config)).rejects.toMatchObject({ code: 20006 });
  });

  it('answers 20000 without a local user, but 1131 to the question whether one is active', async () => {
    const { keyless, configure } = device();
    await configure();
    await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 20000 });
    await expect(keyless.deEnroll(new BiomDeEnrollConfig())).rejects.toMatchObject({ code: 20000 });
    await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
    await expect(keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 1131 });
  });

  it('answers 20001 to a second enrollment on the same device', async () => {
    const { keyless } = await enrolled();
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 20001 });
  });

  it('answers 534 when the server lost the user, 535 when it lost the device', async () => {
    const { keyless, keylessId } = await enrolled();
    await keyless.validateUserAndDeviceActive();
    await keyless.whenIdle();
    const kept = [...daemon.devices];
    daemon.devices.clear();
    await expect(keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 535 });
    for (const [id, one] of kept) daemon.devices.set(id, one);
    daemon.users.delete(keylessId);
    await expect(keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 534 });
    await expect(keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 534 });
  });

  it('answers 1167 to a PIN that was never set', async () => {
    const { keyless } = await enrolled();
    await expect(keyless.authenticate(new PinAuthConfig('1234'))).rejects.toMatchObject({ code: 1167 });
  });

  it('answers 30008 with the filters when the picture shows no usable face, and enrolls nobody', async () => {
    const { keyless, configure, look } = device();
    await configure();
    look.at = 'blurred';
    const failure = { code: 30008, triggeredFilters: ['blur'] };
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject(failure);
    expect(daemon.calls).toEqual([]);
  });

  it('refuses a probe of another model before any circuit is spent', async () => {
    const { keyless } = await enrolled();
    await keyless.close();
    const other = device({ analyzer: fakeAnalyzer({ family: 'fake', version: '2' }) });
    await other.configure();
    daemon.calls.length = 0;
    const failure = { code: 10001, coreCode: 'ARTIFACT_MISMATCH' };
    await expect(other.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject(failure);
    expect(daemon.calls).toEqual([]);
  });

  it.each([
    [new BiomAuthConfig({ jwtSigningInfo: { claimTransactionData: 'x'.repeat(16_385) } })],
    [new BiomAuthConfig({ operationInfo: { id: '' } })],
    [new BiomAuthConfig({ operationInfo: { operationId: 'x'.repeat(129) } })],
  ])('refuses arguments the server would refuse, with 1134 and without a call', async (config) => {
    const { keyless } = await enrolled();
    await keyless.whenIdle();
    daemon.calls.length = 0;
    await expect(keyless.authenticate(config)).rejects.toMatchObject({ code: 1134 });
    expect(daemon.calls).toEqual([]);
  });

  it('answers 20012 to a wrong API key', async () => {
    const { keyless } = device();
    await keyless.configure({ apiKey: 'wrong', hosts: ['http://core.test'] });
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 20012 });
  });
});

describe('leaving', () => {
  it('deletes user and local record after a live match', async () => {
    const { keyless } = await enrolled();
    await keyless.deEnroll(new BiomDeEnrollConfig());
    expect(daemon.users.size).toBe(0);
    await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
    await keyless.enroll(new BiomEnrollConfig());
  });

  it('keeps both when another face asks for it', async () => {
    const { keyless, look, keylessId } = await enrolled();
    look.at = 'eve';
    await expect(keyless.deEnroll(new BiomDeEnrollConfig())).rejects.toMatchObject({ code: 30004 });
    expect(daemon.users.has(keylessId)).toBe(true);
    expect(await keyless.getUserId()).toBe(keylessId);
  });

  it('resets the device alone', async () => {
    const { keyless, keylessId } = await enrolled();
    await keyless.reset();
    await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
    expect(daemon.users.has(keylessId)).toBe(true);
  });
});
