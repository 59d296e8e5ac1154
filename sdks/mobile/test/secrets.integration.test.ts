import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, createTestFolder } from './test-device.ts';

let daemon: FakeCoreDaemon;
let storePath: string;
let removeFolder: () => Promise<void>;
let device: ReturnType<typeof createTestDevice>;

beforeEach(async () => {
  daemon = createFakeCoreDaemon({ targetCircuitCount: 6 });
  const { folder, remove } = await createTestFolder();
  storePath = join(folder, 'device.store');
  removeFolder = remove;
  device = createTestDevice({ daemon, storePath });
  await device.configure({ shared: 6 });
});
afterEach(async () => {
  await device.keyless.close();
  await removeFolder();
});

const authenticate = (options: ConstructorParameters<typeof BiomAuthConfig>[0]) =>
  device.keyless.authenticate(new BiomAuthConfig(options));
const seed = { id: 'seed', value: 'correct horse' };
const token = { id: 'token', value: 'tok-1' };

describe('secrets of a device', () => {
  it('are saved at the enrollment, retrieved, updated, listed and deleted after a match', async () => {
    const { keyless } = device;
    const enrolled = await keyless.enroll(
      new BiomEnrollConfig({ savingSecret: seed, shouldRetrieveSecretIDs: true }),
    );
    expect(enrolled.secretIDs).toEqual(['seed']);
    expect((await authenticate({ retrievingSecret: 'seed' })).secret).toEqual(seed);
    const both = await authenticate({
      savingSecret: [{ ...seed, value: 'changed' }, token],
      retrievingSecret: ['token', 'seed'],
    });
    expect(both.secrets).toEqual([token, { ...seed, value: 'changed' }]);
    const left = await authenticate({ deletingSecret: 'seed', shouldRetrieveSecretIDs: true });
    expect(left.secretIDs).toEqual(['token']);
  });

  it('give 20300 for an id that is not there, and change nothing then', async () => {
    await device.keyless.enroll(new BiomEnrollConfig({ savingSecret: seed }));
    await expect(authenticate({ retrievingSecret: 'none' })).rejects.toMatchObject({
      code: 20300,
      sharedCode: 3006,
    });
    await expect(authenticate({ savingSecret: token, deletingSecret: 'none' })).rejects.toMatchObject({
      code: 20300,
    });
    const { secretIDs } = await authenticate({ shouldRetrieveSecretIDs: true });
    expect(secretIDs).toEqual(['seed']);
  });

  it('stay closed to another face', async () => {
    await device.keyless.enroll(new BiomEnrollConfig({ savingSecret: seed }));
    device.look.at = 'eve';
    await expect(authenticate({ retrievingSecret: 'seed' })).rejects.toMatchObject({ code: 30004 });
  });

  it('do not open by what the device stores alone (spec 08 DS-6)', async () => {
    await device.keyless.enroll(new BiomEnrollConfig({ savingSecret: seed }));
    await device.keyless.whenIdle();
    const stored = await device.store.read();
    // Neither the value nor anything of it, in the decrypted record.
    expect(Buffer.from(stored!).toString('latin1')).not.toContain('correct horse');
  });

  it('survive a restart', async () => {
    await device.keyless.enroll(new BiomEnrollConfig({ savingSecret: seed }));
    await device.keyless.close();
    device = createTestDevice({ daemon, storePath });
    await device.configure({ shared: 6 });
    expect((await authenticate({ retrievingSecret: 'seed' })).secret).toEqual(seed);
  });

  it('open by the PIN as by the face, once both are set', async () => {
    const { keyless } = device;
    await keyless.enroll(new BiomEnrollConfig({ savingSecret: seed }));
    await keyless.enroll(new PinEnrollConfig('2468'));
    const config = new PinAuthConfig('2468', undefined, { retrievingSecret: 'seed', savingSecret: token });
    expect((await keyless.authenticate(config)).secret).toEqual(seed);
    expect((await authenticate({ retrievingSecret: ['seed', 'token'] })).secrets).toEqual([seed, token]);
  });

  it.each([
    [{ savingSecret: { id: '', value: 'x' } }],
    [{ savingSecret: { id: 'ü', value: 'x' } }],
    [{ savingSecret: { id: 'a', value: 'snow ☃' } }],
    [{ savingSecret: { id: 'a', value: 'x'.repeat(4097) } }],
    [{ retrievingSecret: 'x'.repeat(65) }],
  ])('are refused with 1134 and without a call for %j', async (options) => {
    await device.keyless.enroll(new BiomEnrollConfig());
    await device.keyless.whenIdle();
    daemon.calls.length = 0;
    await expect(authenticate(options)).rejects.toMatchObject({ code: 1134 });
    expect(daemon.calls).toEqual([]);
  });
});
