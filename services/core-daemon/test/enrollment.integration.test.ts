import { limits, RecognizeError } from '@openrecognize/contracts';
import { uploadCircuitsSigningInput } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginEnrollment } from '../src/commands/begin-enrollment.ts';
import { commitEnrollment } from '../src/commands/commit-enrollment.ts';
import { uploadCircuits } from '../src/commands/upload-circuits.ts';
import { uploadEnrollmentCircuits } from '../src/commands/upload-enrollment-circuits.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant } from './daemon-fixture.ts';
import type { TestDevice } from './test-device.ts';

let daemon: DaemonFixture;
let device: TestDevice;
beforeEach(() => {
  daemon = createDaemonFixture();
  device = daemon.newDevice();
});

const begin = (request = device.beginEnrollment()) =>
  beginEnrollment(daemon.deps, tenant.tenantId, request, call);
const upload = (request: Parameters<typeof uploadEnrollmentCircuits>[2], tenantId = tenant.tenantId) =>
  uploadEnrollmentCircuits(daemon.deps, tenantId, request, call);
const commit = (enrollmentId: string, tenantId = tenant.tenantId) =>
  commitEnrollment(daemon.deps, tenantId, enrollmentId, device.commit(enrollmentId), call);

describe('an enrollment', () => {
  it('counts from its commit on, with the ticket for the circuits still missing', async () => {
    const { enrollmentId, userId, deviceId } = await begin();
    expect({ userId, deviceId }).toEqual({ userId: device.userId, deviceId: device.deviceId });
    expect(await upload(device.enrollmentUpload(enrollmentId))).toEqual({ stored: 3, stock: 3 });
    expect(daemon.fakes.persistence.users.size).toBe(0);
    const committed = await commit(enrollmentId);
    expect(committed).toMatchObject({ userId, deviceId, stock: 3, refill: { fromIndex: 3, count: 2 } });
    expect(daemon.fakes.persistence.users.has(userId)).toBe(true);

    const refill = { userId, deviceId, ticket: committed.refill.ticket, batch: device.refill(3, 2) };
    expect(await uploadCircuits(daemon.deps, tenant.tenantId, refill, call)).toEqual({ stored: 2, stock: 5 });
  });

  it('can be repeated step by step without harm', async () => {
    const first = await begin();
    expect((await begin()).enrollmentId).toBe(first.enrollmentId);
    const request = device.enrollmentUpload(first.enrollmentId);
    await upload(request);
    expect(await upload(request)).toEqual({ stored: 3, stock: 3 });
    const committed = await commit(first.enrollmentId);
    expect(await commit(first.enrollmentId)).toMatchObject({ stock: 3, refill: { fromIndex: 3 } });
    expect(committed.userId).toBe(device.userId);
  });

  it('may name an operation with a payload of any size allowed', async () => {
    const operationInfo = { operationId: 'o', payload: 'p'.repeat(limits.maxOperationPayloadBytes) };
    await expect(begin(device.beginEnrollment({ operationInfo }))).resolves.toMatchObject({
      userId: device.userId,
    });
  });

  it('with no circuit cannot be committed', async () => {
    const { enrollmentId } = await begin();
    await expect(commit(enrollmentId)).rejects.toMatchObject({ code: 'ENROLLMENT_INCOMPLETE' });
    expect(daemon.fakes.persistence.users.size).toBe(0);
  });

  it('takes no circuits and gives no ticket once its time is over', async () => {
    const { enrollmentId } = await begin();
    await upload(device.enrollmentUpload(enrollmentId));
    await commit(enrollmentId);
    await expect(upload(device.enrollmentUpload(enrollmentId))).rejects.toMatchObject({
      code: 'ENROLLMENT_NOT_FOUND',
    });
    daemon.clock.nowMs += 600_000;
    await expect(commit(enrollmentId)).rejects.toMatchObject({ code: 'ENROLLMENT_EXPIRED' });
  });

  it('does not exist for another tenant', async () => {
    const { enrollmentId } = await begin();
    await expect(upload(device.enrollmentUpload(enrollmentId), 2)).rejects.toMatchObject({
      code: 'ENROLLMENT_NOT_FOUND',
    });
    await expect(commit(enrollmentId, 2)).rejects.toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
  });
});

describe('an enrollment is refused', () => {
  it.each([
    ['whose clock is far off', { timestampMs: 1 }, 'REQUEST_EXPIRED'],
    ['under another key', { publicSigningKey: Buffer.alloc(91).toString('base64') }, 'SIGNATURE_INVALID'],
    ['with a field changed after signing', { threshold: 41 }, 'SIGNATURE_INVALID'],
    ['with a nonce of another length', { requestNonce: `${'A'.repeat(23)}=` }, 'BAD_REQUEST'],
  ])('%s', async (_, changes, code) => {
    await expect(begin({ ...device.beginEnrollment(), ...changes })).rejects.toMatchObject({ code });
    expect(daemon.persistence.calls).not.toContain('openEnrollment');
  });

  it.each([
    ['whose length is no power of two', { codeBits: 100 }],
    ['whose threshold would admit strangers', { threshold: 64 }],
    ['whose template is too short for its code', { sealedTemplate: 'AAAA' }],
  ])('with a code %s', async (_, changes) => {
    await expect(begin(device.beginEnrollment(changes))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('with an artifact that is not accepted, and told which are', async () => {
    daemon = createDaemonFixture({ artifacts: ['default@1', 'clean@2'] });
    await expect(begin()).rejects.toMatchObject({
      code: 'ARTIFACT_MISMATCH',
      details: { accepted: ['default@1', 'clean@2'] },
    });
    const artifact = { family: 'clean', version: '2' };
    await expect(begin(device.beginEnrollment({ artifact }))).resolves.toMatchObject({
      userId: device.userId,
    });
  });
});

describe('circuits of an enrollment are refused', () => {
  it('when somebody else signed them or a byte changed on the way', async () => {
    const { enrollmentId } = await begin();
    const request = device.enrollmentUpload(enrollmentId);
    const batch = request.batch.slice();
    batch[batch.length - 1]! ^= 1;
    await expect(upload({ ...request, batch })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const { signature } = daemon.newDevice().enrollmentUpload(enrollmentId);
    await expect(upload({ ...request, signature })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(daemon.fakes.vault.tokens.size).toBe(0);
  });

  it('when they are no batch or of other parameters than announced', async () => {
    const { enrollmentId } = await begin(device.beginEnrollment({ threshold: 41 }));
    await expect(upload(device.enrollmentUpload(enrollmentId))).rejects.toMatchObject({
      code: 'ARTIFACT_MISMATCH',
    });
    const batch = new Uint8Array(40);
    const signature = device.sign(uploadCircuitsSigningInput(nodeCryptoSuite, enrollmentId, batch));
    await expect(upload({ enrollmentId, batch, signature })).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID_MESSAGE',
    });
  });

  it('with nothing lost when the storage fails: the repeated upload completes them', async () => {
    const { enrollmentId } = await begin();
    const request = device.enrollmentUpload(enrollmentId);
    daemon.storage.fail('storeCircuits', new RecognizeError('STORAGE_UNAVAILABLE'), { times: 1 });
    await expect(upload(request)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await upload(request)).toEqual({ stored: 3, stock: 3 });
  });
});

describe('a refill is refused', () => {
  it('without a ticket of the device, for an unknown device and for another tenant', async () => {
    const enrolled = await daemon.enroll();
    const { userId, deviceId } = enrolled;
    const batch = enrolled.refill(3, 1);
    const refill = (changes: object, tenantId = tenant.tenantId) =>
      uploadCircuits(daemon.deps, tenantId, { userId, deviceId, ticket: 'x', batch, ...changes }, call);
    await expect(refill({})).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    await expect(refill({ deviceId: device.deviceId })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await expect(refill({}, 2)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(daemon.fakes.storage.stockOf(deviceId)).toBe(3);
  });
});
