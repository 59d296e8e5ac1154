import { randomBytes } from 'node:crypto';
import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { addDeviceSigningInput, removeDeviceSigningInput } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginFurtherDevice } from '../src/commands/begin-further-device.ts';
import { commitEnrollment } from '../src/commands/commit-enrollment.ts';
import { removeDevice } from '../src/commands/remove-device.ts';
import { uploadEnrollmentCircuits } from '../src/commands/upload-enrollment-circuits.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant } from './daemon-fixture.ts';
import type { TestDevice } from './test-device.ts';

let daemon: DaemonFixture;
let member: TestDevice;
let ticket: string;
beforeEach(async () => {
  daemon = createDaemonFixture();
  member = await daemon.enroll();
  ticket = (await daemon.authenticate(member, member.code)).refill!.ticket;
});

interface Wish {
  readonly by?: TestDevice;
  readonly ticket?: string;
  /** Key that is signed, where it is not the one that is sent. */
  readonly signedKey?: string;
}

const answering = ({ by = member, ticket: shown = ticket }: Wish) => ({
  userId: by.userId,
  deviceId: by.deviceId,
  publicSigningKey: by.publicSigningKey,
  ticket: shown,
});
const changeOf = (wish: Wish, publicSigningKey: string) => ({
  ...answering(wish),
  otherPublicSigningKey: base64ToBytes(wish.signedKey ?? publicSigningKey),
});

const add = (device: TestDevice, wish: Wish = {}, tenantId = tenant.tenantId) => {
  const request = device.beginEnrollment({ deviceType: 'BACKUP' });
  const freshness = { timestampMs: request.timestampMs, requestNonce: base64ToBytes(request.requestNonce) };
  const input = addDeviceSigningInput(nodeCryptoSuite, changeOf(wish, request.publicSigningKey), freshness);
  const signature = (wish.by ?? member).sign(input);
  const body = { ...request, member: { ...answering(wish), signature } };
  return beginFurtherDevice(daemon.deps, tenantId, body, call);
};

const remove = (removedPublicSigningKey: string, wish: Wish = {}, tenantId = tenant.tenantId) => {
  const freshness = { timestampMs: daemon.clock.nowMs, requestNonce: new Uint8Array(randomBytes(16)) };
  const change = changeOf(wish, removedPublicSigningKey);
  const signature = (wish.by ?? member).sign(removeDeviceSigningInput(nodeCryptoSuite, change, freshness));
  const { timestampMs } = freshness;
  const requestNonce = bytesToBase64(freshness.requestNonce);
  const body = { ...answering(wish), removedPublicSigningKey, timestampMs, requestNonce, signature };
  return removeDevice(daemon.deps, tenantId, body, call);
};

const complete = async (device: TestDevice) => {
  const { enrollmentId, ...identity } = await add(device);
  await uploadEnrollmentCircuits(daemon.deps, tenant.tenantId, device.enrollmentUpload(enrollmentId), call);
  await commitEnrollment(daemon.deps, tenant.tenantId, enrollmentId, device.commit(enrollmentId), call);
  return identity;
};

describe('a further device (spec 08 DS-9)', () => {
  it('is opened under the user of the device that matched, and counts from its commit on', async () => {
    const second = daemon.newDevice();
    expect(await complete(second)).toMatchObject({ userId: member.userId, deviceId: second.deviceId });
    expect([...daemon.fakes.persistence.users.keys()]).toEqual([member.userId]);
  });

  it('may be asked for again with the same answer', async () => {
    const second = daemon.newDevice();
    expect((await add(second)).enrollmentId).toBe((await add(second)).enrollmentId);
  });

  it('is refused without the ticket of a match, with one of another device, and after its time', async () => {
    const other = await daemon.enroll();
    const others = (await daemon.authenticate(other, other.code)).refill!.ticket;
    const second = daemon.newDevice();
    await expect(add(second, { ticket: 'none' })).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    await expect(add(second, { ticket: others })).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    daemon.clock.nowMs += 120_001;
    await expect(add(second)).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    expect(
      await daemon.deps.persistence.checkDevice(
        { body: { tenantId: tenant.tenantId, userId: member.userId, deviceId: member.deviceId } },
        call,
      ),
    ).toBeDefined();
  });

  it('is refused when the member signed another key, or is no device that counts', async () => {
    const second = daemon.newDevice();
    const signedKey = daemon.newDevice().publicSigningKey;
    await expect(add(second, { signedKey })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const stranger = daemon.newDevice();
    await expect(add(second, { by: stranger })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });
});

describe('the removal of a device (spec 08 DS-9)', () => {
  it('takes the other device and leaves the one that asked', async () => {
    const second = daemon.newDevice();
    await complete(second);
    await remove(second.publicSigningKey);
    await expect(daemon.begin(second)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await daemon.authenticate(member, member.code);
    await expect(remove(second.publicSigningKey)).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  it('is refused for the device itself, for one of another user, and without a ticket', async () => {
    const other = await daemon.enroll();
    await expect(remove(member.publicSigningKey)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(remove(other.publicSigningKey)).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    const forged = remove(other.publicSigningKey, { ticket: 'none' });
    await expect(forged).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    expect(daemon.fakes.persistence.users.size).toBe(2);
  });
});

it('is no matter of another tenant, whose key finds neither device nor user', async () => {
  const second = daemon.newDevice();
  await complete(second);
  await expect(add(daemon.newDevice(), {}, 2)).rejects.toMatchObject({ httpStatus: 404 });
  await expect(remove(second.publicSigningKey, {}, 2)).rejects.toMatchObject({ httpStatus: 404 });
  await daemon.begin(member);
});
