import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BiomAuthConfig, BiomEnrollConfig } from '../src/operation-configs.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, createTestFolder, fakeAnalyzer } from './test-device.ts';

let daemon: FakeCoreDaemon;
let folder: string;
let removeFolder: () => Promise<void>;
const devices: ReturnType<typeof createTestDevice>[] = [];

const createDevice = async (name: string, options: Partial<Parameters<typeof createTestDevice>[0]> = {}) => {
  const made = createTestDevice({ daemon, storePath: join(folder, name), ...options });
  devices.push(made);
  await made.configure({ shared: 6 });
  return made;
};
let first: Awaited<ReturnType<typeof createDevice>>;

beforeEach(async () => {
  daemon = createFakeCoreDaemon({ targetCircuitCount: 6 });
  const made = await createTestFolder();
  folder = made.folder;
  removeFolder = made.remove;
  first = await createDevice('first');
});
afterEach(async () => {
  await Promise.all(devices.splice(0).map(({ keyless }) => keyless.close()));
  await removeFolder();
});

const typesOf = () => [...daemon.devices.values()].map(({ request }) => request.deviceType).sort();

describe('a client state', () => {
  it('is made at the enrollment and activates another device for the same user', async () => {
    const { keylessId, clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    expect(JSON.parse(clientState!)).toMatchObject({
      artifact: { family: 'fake', version: '1', target: 'mobile_sdk', liveness: 'liveness' },
    });
    expect(typesOf()).toEqual(['BACKUP', 'SDK']);
    const second = await createDevice('second');
    const jwtSigningInfo = { claimTransactionData: 'new phone' };
    const activated = await second.keyless.enroll(
      new BiomEnrollConfig({ clientState: clientState!, jwtSigningInfo }),
    );
    expect(activated.keylessId).toBe(keylessId);
    expect(activated.signedJwt?.split('.')).toHaveLength(3);
    await second.keyless.authenticate(new BiomAuthConfig());
    await first.keyless.authenticate(new BiomAuthConfig());
    for (const labels of daemon.receivedLabels.values()) expect(labels.size).toBe(1);
  });

  it('of the temporary kind is made at an authentication', async () => {
    await first.keyless.enroll(new BiomEnrollConfig());
    const { clientState } = await first.keyless.authenticate(
      new BiomAuthConfig({ generatingClientState: 'TEMPORARY' }),
    );
    expect(typesOf()).toEqual(['SDK', 'TEMPORARY_STATE']);
    const second = await createDevice('second');
    await second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    expect(await second.keyless.getUserId()).toBe(await first.keyless.getUserId());
  });

  it('is of no use to another face, which the device then does not belong to', async () => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    const second = await createDevice('second');
    second.look.at = 'eve';
    const activation = () => second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    await expect(activation()).rejects.toMatchObject({ code: 30004 });
    await expect(second.keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
    await expect(second.keyless.authenticate(new BiomAuthConfig())).rejects.toMatchObject({ code: 20000 });
    second.look.at = 'ada';
    await activation();
    await second.keyless.authenticate(new BiomAuthConfig());
  });

  it('tried again from its text answers no index twice, whatever the server offers (spec 08 DS-5)', async () => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    const second = await createDevice('second');
    second.look.at = 'eve';
    const activation = () => second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    await expect(activation()).rejects.toMatchObject({ code: 30004 });
    const backup = [...daemon.devices.values()].find(({ request }) => request.deviceType === 'BACKUP')!;
    const used = backup.circuits.get(0)!;
    Object.assign(used, { state: 'ready', authenticationId: undefined });
    second.look.at = 'ada';
    await activation();
    for (const labels of daemon.receivedLabels.values()) expect(labels.size).toBe(1);
  });

  it('gives 523 while the user is suspended', async () => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    first.look.at = 'eve';
    for (let i = 0; i < 5; i++) await first.keyless.authenticate(new BiomAuthConfig()).catch(() => undefined);
    const second = await createDevice('second');
    const activation = second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    await expect(activation).rejects.toMatchObject({ code: 523, lockoutRemainingSeconds: 600 });
  });

  it.each([
    ['no JSON', () => 'state'],
    [
      'an altered state',
      (text: string) => text.replace(/"core-client-state":"..../, '"core-client-state":"AAAA'),
    ],
    ['another artifact beside it', (text: string) => text.replace('"version":"1"', '"version":"2"')],
  ])('is refused with 20023 when it is %s', async (_, alter) => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    const second = await createDevice('second');
    const activation = second.keyless.enroll(new BiomEnrollConfig({ clientState: alter(clientState!) }));
    await expect(activation).rejects.toMatchObject({ code: 20023, sharedCode: 1010 });
  });

  it('is refused with 20023 by a device with another model', async () => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    const second = await createDevice('second', { analyzer: fakeAnalyzer({ family: 'fake', version: '2' }) });
    const activation = second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    await expect(activation).rejects.toMatchObject({ code: 20023 });
  });
});

describe('a device to revoke', () => {
  it('is gone after the match, and says 535', async () => {
    const { clientState } = await first.keyless.enroll(
      new BiomEnrollConfig({ generatingClientState: 'BACKUP' }),
    );
    const second = await createDevice('second');
    await second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    const deviceToRevoke = await first.keyless.getDevicePublicSigningKey();
    await second.keyless.authenticate(new BiomAuthConfig({ deviceToRevoke }));
    await expect(first.keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 535 });
    const again = second.keyless.authenticate(new BiomAuthConfig({ deviceToRevoke }));
    await expect(again).rejects.toMatchObject({ code: 535 });
  });

  it('is never the own one, nor something that is no key: 1134, without a call', async () => {
    await first.keyless.enroll(new BiomEnrollConfig());
    const own = await first.keyless.getDevicePublicSigningKey();
    await first.keyless.whenIdle();
    daemon.calls.length = 0;
    for (const deviceToRevoke of [own, 'AAAA', '*']) {
      const attempt = first.keyless.authenticate(new BiomAuthConfig({ deviceToRevoke }));
      await expect(attempt).rejects.toMatchObject({ code: 1134 });
    }
    expect(daemon.calls).toEqual([]);
  });
});
