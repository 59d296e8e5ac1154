import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeviceRecordStore } from '../src/device-record.ts';
import { nodeCrypto } from '../src/node/node-ports.ts';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  PinAuthConfig,
  PinDeEnrollConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, createTestFolder } from './test-device.ts';

let daemon: FakeCoreDaemon;
let device: ReturnType<typeof createTestDevice>;
let removeFolder: () => Promise<void>;

beforeEach(async () => {
  daemon = createFakeCoreDaemon({ targetCircuitCount: 6 });
  const { folder, remove } = await createTestFolder();
  removeFolder = remove;
  device = createTestDevice({ daemon, storePath: join(folder, 'device.store') });
  await device.configure({ shared: 6 });
});
afterEach(async () => {
  await device.keyless.close();
  await removeFolder();
});

const userIds = () => new Set([...daemon.devices.values()].map(({ userId }) => userId));

describe('a PIN alone', () => {
  it('enrolls a user, authenticates with a JWT and de-enrolls', async () => {
    const { keyless } = device;
    const jwtSigningInfo = { claimTransactionData: 'order 7' };
    const { keylessId, signedJwt: first } = await keyless.enroll(
      new PinEnrollConfig('any text ✓', { jwtSigningInfo, operationInfo: { id: 'op-1' } }),
    );
    expect(first?.split('.')).toHaveLength(3);
    expect(await keyless.getUserId()).toBe(keylessId);
    expect(await keyless.getEnrolledFactors()).toEqual({ face: false, pin: true });
    const { signedJwt, timings } = await keyless.authenticate(
      new PinAuthConfig('any text ✓', jwtSigningInfo),
    );
    expect(signedJwt?.split('.')).toHaveLength(3);
    expect(timings.captureMs).toBe(0);
    await keyless.deEnroll(new PinDeEnrollConfig('any text ✓'));
    expect(daemon.users.size).toBe(0);
    await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
  });

  it('is refused with 512 when it is wrong by one character, and suspends after five (spec 08 DS-4)', async () => {
    const { keyless } = device;
    await keyless.enroll(new PinEnrollConfig('1234'));
    const wrong = () => keyless.authenticate(new PinAuthConfig('1235'));
    await expect(wrong()).rejects.toMatchObject({ code: 512, remainingAttempts: 4 });
    for (let i = 0; i < 3; i++) await expect(wrong()).rejects.toMatchObject({ code: 512 });
    await expect(wrong()).rejects.toMatchObject({ code: 512, lockoutRemainingSeconds: 600 });
    const right = keyless.authenticate(new PinAuthConfig('1234'));
    await expect(right).rejects.toMatchObject({ code: 30007, lockoutRemainingSeconds: 600 });
  });

  it('leaves no face to authenticate with: 1167', async () => {
    await device.keyless.enroll(new PinEnrollConfig('1234'));
    await expect(device.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 1167 });
  });

  it('is refused with 1167 by a server that takes no PINs', async () => {
    daemon.nextFailures.set('beginEnrollment', 'ARTIFACT_MISMATCH');
    await expect(device.keyless.enroll(new PinEnrollConfig('1234'))).rejects.toMatchObject({ code: 1167 });
    await expect(device.keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
  });

  it.each(['', 'x'.repeat(257)])(
    'is refused with 1134 when it has no or too many characters',
    async (pin) => {
      await expect(device.keyless.enroll(new PinEnrollConfig(pin))).rejects.toMatchObject({ code: 1134 });
      expect(daemon.calls).toEqual([]);
    },
  );

  it('takes a face beside it by its own word, for the same user', async () => {
    const { keyless } = device;
    const { keylessId } = await keyless.enroll(new PinEnrollConfig('1234'));
    await expect(keyless.enroll(new BiomEnrollConfig())).rejects.toMatchObject({ code: 20001 });
    const wrong = keyless.enroll(new BiomEnrollConfig({ currentPin: '4321' }));
    await expect(wrong).rejects.toMatchObject({ code: 512 });
    const added = await keyless.enroll(new BiomEnrollConfig({ currentPin: '1234' }));
    expect(added.keylessId).toBe(keylessId);
    await keyless.authenticate(new BiomAuthConfig());
    await keyless.authenticate(new PinAuthConfig('1234'));
    expect(userIds()).toEqual(new Set([keylessId]));
  });
});

describe('a PIN beside a face', () => {
  it('belongs to the same user after the face answered for it (spec 08 DS-9)', async () => {
    const { keyless, look } = device;
    const { keylessId } = await keyless.enroll(new BiomEnrollConfig());
    look.at = 'eve';
    await expect(keyless.enroll(new PinEnrollConfig('1234'))).rejects.toMatchObject({ code: 30004 });
    look.at = 'ada';
    expect((await keyless.enroll(new PinEnrollConfig('1234'))).keylessId).toBe(keylessId);
    expect(await keyless.getEnrolledFactors()).toEqual({ face: true, pin: true });
    await keyless.authenticate(new PinAuthConfig('1234'));
    await keyless.authenticate(new BiomAuthConfig());
    await expect(keyless.enroll(new PinEnrollConfig('9'))).rejects.toMatchObject({ code: 20001 });
  });

  it('can be removed while the face stays (spec 08 DS-4)', async () => {
    const { keyless } = device;
    await keyless.enroll(new BiomEnrollConfig());
    await expect(keyless.authenticate(new BiomAuthConfig({ shouldRemovePin: true }))).rejects.toMatchObject({
      code: 1167,
    });
    await keyless.enroll(new PinEnrollConfig('1234'));
    await keyless.authenticate(new BiomAuthConfig({ shouldRemovePin: true }));
    expect(await keyless.getEnrolledFactors()).toEqual({ face: true, pin: false });
    expect(daemon.devices.size).toBe(1);
    await expect(keyless.authenticate(new PinAuthConfig('1234'))).rejects.toMatchObject({ code: 1167 });
    await keyless.authenticate(new BiomAuthConfig());
  });

  it('whose removal was answered in vain is removed by the next try', async () => {
    const { folder, remove } = await createTestFolder();
    const plan = (endpoint: string, call: number) =>
      endpoint === 'removeDevice' && call === 1 ? ('lose-answer' as const) : undefined;
    const { keyless, configure } = createTestDevice({
      daemon,
      storePath: join(folder, 'device.store'),
      plan,
    });
    await configure({ shared: 6 });
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.enroll(new PinEnrollConfig('1234'));
    const removal = () => keyless.authenticate(new BiomAuthConfig({ shouldRemovePin: true }));
    await expect(removal()).rejects.toMatchObject({ code: 30005 });
    expect(await keyless.getEnrolledFactors()).toEqual({ face: true, pin: true });
    await removal();
    expect(await keyless.getEnrolledFactors()).toEqual({ face: true, pin: false });
    await keyless.close();
    await remove();
  });

  it('is refused with 1167 by a server without further devices, and the face goes on', async () => {
    const { keyless } = device;
    await keyless.enroll(new BiomEnrollConfig());
    daemon.nextFailures.set('beginFurtherDevice', 'NOT_FOUND');
    await expect(keyless.enroll(new PinEnrollConfig('1234'))).rejects.toMatchObject({ code: 1167 });
    await keyless.authenticate(new BiomAuthConfig());
    expect(await keyless.getEnrolledFactors()).toEqual({ face: true, pin: false });
  });
});

it('keeps neither the PIN nor anything that checks one on this device (spec 08 DS-3)', async () => {
  await device.keyless.enroll(new PinEnrollConfig('correct horse'));
  await device.keyless.whenIdle();
  const record = await createDeviceRecordStore(device.store).load();
  expect(Buffer.from((await device.store.read())!).toString('latin1')).not.toContain('correct horse');
  const stretched = await device.ports.crypto.stretchPin(Buffer.from('correct horse'), record!.pinSecret!);
  expect(Buffer.from((await device.store.read())!).includes(Buffer.from(stretched))).toBe(false);
});

it('stretches a PIN the same way each time, and another way on another device (spec 08 DS-3)', async () => {
  const pin = Buffer.from('1234');
  const [one, again, other] = await Promise.all(
    [1, 1, 2].map((byte) => nodeCrypto.stretchPin(pin, new Uint8Array(32).fill(byte))),
  );
  expect(one).toEqual(again);
  expect(one).toHaveLength(32);
  expect(other).not.toEqual(one);
});
