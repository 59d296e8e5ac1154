import { base64ToBytes } from '@openrecognize/bytes';
import { encodeServerState, type ServerState, serverStateSigningInput } from '@openrecognize/zkb/messages';
import { generateDeviceKey, nodeCryptoSuite } from '@openrecognize/zkb/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { commitEnrollment } from '../src/commands/commit-enrollment.ts';
import { commitStoredUser } from '../src/commands/commit-stored-user.ts';
import { deleteDeviceEverywhere } from '../src/commands/delete-device-everywhere.ts';
import { storeUncommittedUser } from '../src/commands/store-uncommitted-user.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant, unavailable } from './daemon-fixture.ts';
import { codeBits, createTestDevice, type TestDevice, threshold } from './test-device.ts';

const { tenantId } = tenant;
let daemon: DaemonFixture;
let device: TestDevice;
beforeEach(() => {
  daemon = createDaemonFixture();
  device = daemon.newDevice();
});

/** What an agent would hand out for the device. */
const contentOf = (of: TestDevice) => {
  const { sealedTemplate, artifact, publicSigningKey } = of.beginEnrollment();
  return {
    publicSigningKey: base64ToBytes(publicSigningKey),
    deviceType: 'BACKUP' as const,
    deviceOrigin: 'KEYLESS_AGENT' as const,
    artifact,
    codeBits,
    threshold,
    epoch: 0,
    createdAtMs: daemon.clock.nowMs,
    sealedTemplate: base64ToBytes(sealedTemplate),
    batches: [of.enrollmentUpload('any').batch],
  };
};
const signed = (content: Omit<ServerState, 'signature'>, by: TestDevice = device): Uint8Array => {
  const signature = base64ToBytes(by.sign(serverStateSigningInput(nodeCryptoSuite, content)));
  return encodeServerState({ ...content, signature });
};
const store = (serverState = signed(contentOf(device)), user: object = {}) =>
  storeUncommittedUser(daemon.deps, { tenantId, ...user }, serverState, call);
const commit = (userId = device.userId, tenant = tenantId) =>
  commitStoredUser(daemon.deps, { tenantId: tenant, userId }, call);

describe('a user from an offline server state', () => {
  it('does not count before the commit and authenticates after it', async () => {
    const { userId, deviceId } = device;
    const expiresAtMs = daemon.clock.nowMs + 86_400_000;
    expect(await store(undefined, { externalUserId: 'anna' })).toEqual({ userId, deviceId, expiresAtMs });
    await expect(daemon.begin(device)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(await commit()).toEqual({ userId, deviceId });
    expect(await commit()).toEqual({ userId, deviceId });
    expect((await daemon.authenticate(device, device.code)).userId).toBe(userId);
    expect(daemon.fakes.persistence.devices.get(deviceId)?.enrolled).toMatchObject({
      externalUserId: 'anna',
      deviceType: 'BACKUP',
      deviceOrigin: 'KEYLESS_AGENT',
    });
  });

  it('may be registered again while uncommitted, not afterwards', async () => {
    const serverState = signed(contentOf(device));
    await store(serverState);
    expect((await store(serverState)).userId).toBe(device.userId);
    expect(daemon.fakes.storage.stockOf(device.deviceId)).toBe(3);
    await commit();
    await expect(store(serverState)).rejects.toMatchObject({ code: 'ALREADY_ENROLLED' });
  });

  it('can be committed by its own tenant, in time, and only if registered so', async () => {
    await expect(commit()).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
    await store();
    await expect(commit(device.userId, tenantId + 1)).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
    daemon.clock.nowMs += 86_400_000;
    await expect(commit()).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
    const enrolled = await daemon.enroll();
    await expect(commit(enrolled.userId)).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
  });

  it('cannot be committed while circuits are missing', async () => {
    daemon.storage.fail('storeCircuits', unavailable, { times: 1 });
    await expect(store()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await expect(commit()).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
    await store();
    await daemon.deps.storage.deleteDeviceCircuits({ params: device, query: {} }, call);
    await expect(commit()).rejects.toMatchObject({ code: 'ENROLLMENT_INCOMPLETE' });
  });

  it('is refused when anything of the state was changed after it was signed', async () => {
    const content = contentOf(device);
    const signature = base64ToBytes(device.sign(serverStateSigningInput(nodeCryptoSuite, content)));
    const changes: Partial<ServerState>[] = [
      { threshold: threshold + 1 },
      { deviceType: 'SDK' },
      { sealedTemplate: content.sealedTemplate.toReversed() },
      { batches: [createTestDevice(daemon.deps.clock.now).enrollmentUpload('any').batch] },
      { publicSigningKey: generateDeviceKey().publicSigningKey },
    ];
    for (const change of changes) {
      const state = encodeServerState({ ...content, ...change, signature });
      await expect(store(state), Object.keys(change)[0]).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    }
    expect(daemon.persistence.calls).not.toContain('openEnrollment');
  });

  it('is refused with parameters that no enrollment may have, however well signed', async () => {
    const content = contentOf(device);
    const codeOf = async (change: Partial<ServerState>) =>
      (await store(signed({ ...content, ...change })).catch((error: unknown) => error)) as { code: string };
    expect((await codeOf({ threshold: 64 })).code).toBe('BAD_REQUEST');
    expect((await codeOf({ sealedTemplate: new Uint8Array(43) })).code).toBe('BAD_REQUEST');
    expect((await codeOf({ codeBits: 256, sealedTemplate: new Uint8Array(60) })).code).toBe(
      'ARTIFACT_MISMATCH',
    );
    expect((await codeOf({ createdAtMs: daemon.clock.nowMs + 300_001 })).code).toBe('REQUEST_EXPIRED');
    await expect(store(new Uint8Array(50))).rejects.toMatchObject({ code: 'PROTOCOL_INVALID_MESSAGE' });
    daemon = createDaemonFixture({ artifacts: ['another@1'] });
    expect((await codeOf({})).code).toBe('ARTIFACT_MISMATCH');
    expect(daemon.persistence.calls).not.toContain('openEnrollment');
  });

  it('survives a fault at any call: repeating leads to one user with all circuits', async () => {
    const serverState = signed(contentOf(device));
    const strike = async (fail: (moment: 'before' | 'after') => void, step: () => Promise<unknown>) => {
      for (const moment of ['before', 'after'] as const) {
        fail(moment);
        await expect(step()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      }
    };
    for (const name of ['verifyDeviceSignature', 'storeMatchTokens'] as const) {
      await strike(
        (moment) => daemon.vault.fail(name, unavailable, { moment, times: 1 }),
        () => store(serverState),
      );
    }
    for (const name of ['openEnrollment', 'readUncommittedUser', 'commitOpenEnrollment'] as const) {
      await strike(
        (moment) => daemon.persistence.fail(name, unavailable, { moment, times: 1 }),
        () => (name === 'openEnrollment' ? store(serverState) : commit()),
      );
      if (name === 'openEnrollment') await store(serverState);
    }
    expect(await commit()).toMatchObject({ userId: device.userId });
    expect(daemon.fakes.persistence.users.size).toBe(1);
    expect(daemon.fakes.storage.stockOf(device.deviceId)).toBe(3);
  });

  it('gives its device no ticket at a commit of its own afterwards', async () => {
    await store();
    await commit();
    const [enrollmentId] = daemon.fakes.persistence.enrollmentIds();
    const request = device.commit(enrollmentId!);
    await expect(commitEnrollment(daemon.deps, tenantId, enrollmentId!, request, call)).rejects.toMatchObject(
      {
        code: 'ENROLLMENT_EXPIRED',
      },
    );
  });
});

describe('deleting a device by its key', () => {
  const remove = (userId: string, key: string, tenant = tenantId) =>
    deleteDeviceEverywhere(daemon.deps, { tenantId: tenant, userId }, key, call);

  it('ends its authentications and deletes its circuits, also when the first try of that fails', async () => {
    const enrolled = await daemon.enroll();
    const { userId, deviceId, publicSigningKey } = enrolled;
    await expect(remove(userId, publicSigningKey, tenantId + 1)).rejects.toMatchObject({
      code: 'DEVICE_NOT_FOUND',
    });
    await expect(remove(userId, device.publicSigningKey)).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    await expect(remove(userId, 'AAAA')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    daemon.storage.fail('deleteDeviceCircuits', unavailable, { times: 1 });
    await remove(userId, publicSigningKey);
    await daemon.settled();
    expect(daemon.fakes.persistence.purges).toEqual([{ userId, deviceId }]);
    await expect(daemon.begin(enrolled)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });

  it('crosses it off the purge list when its circuits are gone', async () => {
    const { userId, deviceId, publicSigningKey } = await daemon.enroll();
    await remove(userId, publicSigningKey);
    await daemon.settled();
    expect(daemon.fakes.storage.stockOf(deviceId)).toBe(0);
    expect(daemon.fakes.persistence.purges).toEqual([]);
  });
});
