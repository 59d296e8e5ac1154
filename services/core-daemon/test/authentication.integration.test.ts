import { encodeUserAuthentication } from '@openrecognize/zkb/messages';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginAuthentication } from '../src/commands/begin-authentication.ts';
import { finishAuthentication } from '../src/commands/finish-authentication.ts';
import { readDeviceStatus } from '../src/commands/read-device-status.ts';
import { uploadCircuits } from '../src/commands/upload-circuits.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant } from './daemon-fixture.ts';
import { atDistance, type TestDevice, threshold } from './test-device.ts';

let daemon: DaemonFixture;
let device: TestDevice;
beforeEach(async () => {
  daemon = createDaemonFixture();
  device = await daemon.enroll();
});

const stranger = () => atDistance(device.code, threshold + 1);
const failed = { code: 'FAILED_TO_AUTHENTICATE_USER' };
const stock = () => daemon.fakes.storage.stockOf(device.deviceId);
const failures = () => daemon.fakes.persistence.users.get(device.userId)?.failures;

describe('an authentication', () => {
  it('at the threshold matches and releases token, template and refill', async () => {
    daemon = createDaemonFixture();
    device = await daemon.enroll(3, { externalUserId: 'jane' });
    const reservation = await daemon.begin(device);
    const intent = { transactionData: '{"amount":1}', audience: 'shop', operationId: 'order-1' };
    const answer = await daemon.finish(
      device.finish(reservation, atDistance(device.code, threshold), intent),
    );
    expect(answer).toMatchObject({ userId: device.userId, epoch: 0, stock: 2 });
    expect(JSON.parse(answer.signedJwt!)).toEqual({
      transactionData: '{"amount":1}',
      audience: 'shop',
      userId: device.userId,
      externalUserId: 'jane',
    });
    expect(answer.sealedTemplate).toBe(
      daemon.fakes.persistence.devices.get(device.deviceId)?.enrolled.sealedTemplate,
    );
    expect(answer.refill).toMatchObject({ fromIndex: 3, count: 3 });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('match');

    const { userId, deviceId } = device;
    const refill = { userId, deviceId, ticket: answer.refill!.ticket, batch: device.refill(3, 3) };
    daemon.persistence.calls.length = 0;
    expect(await uploadCircuits(daemon.deps, tenant.tenantId, refill, call)).toEqual({ stored: 3, stock: 5 });
    // What the match said of the device is still known.
    expect(daemon.persistence.calls).toEqual([]);
  });

  it('one bit beyond the threshold fails, counts and releases nothing', async () => {
    const error = await daemon.authenticate(device, stranger(), { transactionData: 'x' }).catch((e) => e);
    expect(error).toMatchObject({ ...failed, details: { remainingAttempts: 4 } });
    expect(Object.keys(error.details)).toEqual(['remainingAttempts']);
    expect(failures()).toBe(1);
  });

  it('asks for the tokens the tenant wants, under the nonce of the reservation', async () => {
    const settings = {
      jwtLifetimeSeconds: 300,
      jwtAudience: 'tenant',
      jwtIncludeJti: true,
      jwtIncludeNonce: true,
    };
    const tokenFor = async (intent: { transactionData: string; audience?: string }) => {
      const reservation = await daemon.begin(device);
      const request = device.finish(reservation, device.code, intent);
      const answer = await finishAuthentication(daemon.deps, { ...tenant, settings }, request, call);
      return { token: JSON.parse(answer.signedJwt!), nonce: reservation.serverNonce };
    };
    const { token, nonce } = await tokenFor({ transactionData: 'x' });
    expect(token).toMatchObject({ lifetimeSeconds: 300, audience: 'tenant', includeJti: true, nonce });
    expect((await tokenFor({ transactionData: 'x', audience: 'shop' })).token).toMatchObject({
      audience: 'shop',
    });
  });

  it('signs no token that was not asked for', async () => {
    const answer = await daemon.authenticate(device, device.code);
    expect(answer).not.toHaveProperty('signedJwt');
    expect(answer).toHaveProperty('sealedTemplate');
  });

  it('begun twice with one request names one reservation', async () => {
    const request = device.begin();
    const twice = await Promise.all(
      [1, 2].map(() => beginAuthentication(daemon.deps, tenant.tenantId, request, call)),
    );
    expect(twice[0]).toEqual(twice[1]);
    expect(stock()).toBe(2);
  });

  it('without a circuit left is refused before anything is asked of the person', async () => {
    for (let circuit = 0; circuit < 3; circuit++) await daemon.authenticate(device, device.code);
    await expect(daemon.begin(device)).rejects.toMatchObject({ code: 'NOT_ENOUGH_CIRCUITS' });
  });

  it('asks for no refill when the stock is full', async () => {
    daemon = createDaemonFixture({ targetCircuitCount: 2 });
    device = await daemon.enroll();
    expect(await daemon.authenticate(device, device.code)).not.toHaveProperty('refill');
  });
});

describe('step 1 is refused', () => {
  it('to a stranger, who learns nothing about the user', async () => {
    const request = device.begin();
    const forged = { ...request, signature: daemon.newDevice().begin().signature };
    const begin = (body: typeof request, tenantId = tenant.tenantId) =>
      beginAuthentication(daemon.deps, tenantId, body, call);
    await expect(begin(forged)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(begin({ ...forged, userId: 'F'.repeat(64) })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    await expect(begin({ ...request, timestampMs: request.timestampMs - 300_001 })).rejects.toMatchObject({
      code: 'REQUEST_EXPIRED',
    });
    await expect(begin(request, 2)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(stock()).toBe(3);
  });

  it('while the user is suspended, at the cost of no circuit', async () => {
    daemon = createDaemonFixture();
    device = await daemon.enroll(6);
    for (let attempt = 1; attempt < 5; attempt++) {
      await expect(daemon.authenticate(device, stranger())).rejects.toMatchObject({
        ...failed,
        details: { remainingAttempts: 5 - attempt },
      });
    }
    await expect(daemon.authenticate(device, stranger())).rejects.toMatchObject({
      ...failed,
      details: { remainingAttempts: 0, lockoutRemainingSeconds: 600 },
    });
    await expect(daemon.begin(device)).rejects.toMatchObject({
      code: 'LOCKED_OUT',
      details: { lockoutRemainingSeconds: 600, retryAfterSeconds: 600 },
    });
    expect(stock()).toBe(1);
    await expect(readDeviceStatus(daemon.deps, tenant.tenantId, device.status(), call)).resolves.toEqual({
      lockoutRemainingSeconds: 600,
      stock: 1,
    });
    daemon.clock.nowMs += 600_000;
    await expect(daemon.authenticate(device, device.code)).resolves.toMatchObject({ stock: 0 });
  });
});

describe('step 2 is refused', () => {
  it('when it comes without step 1', async () => {
    const reservation = {
      authenticationId: '0b2f6a9e-6d3c-4c53-9d55-1f1f3a7f7a11',
      circuitIndex: 0,
      serverNonce: Buffer.alloc(32).toString('base64'),
    };
    await expect(daemon.finish(device.finish(reservation, device.code))).rejects.toMatchObject({
      code: 'NO_SUCH_CIRCUIT_ID',
    });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
    expect(failures()).toBe(0);
  });

  it('when it is replayed, during the first and after it', async () => {
    const reservation = await daemon.begin(device);
    const request = device.finish(reservation, device.code);
    const copy = () => ({ ...request, message: request.message.slice() });
    const replays = [copy(), copy()];
    const outcomes = await Promise.allSettled([daemon.finish(copy()), daemon.finish(replays[0]!)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(daemon.finish(replays[1]!)).rejects.toMatchObject({ code: 'REPLAY_REFUSED' });
    // The replay must not end the attempt of the first.
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('match');
    expect(daemon.vault.calls.filter((name) => name === 'resolveMatch')).toHaveLength(1);
  });

  it('when another device, another transaction or other labels were signed', async () => {
    const other = await daemon.enroll();
    const alter = (labels: Uint8Array) => {
      labels[0]! ^= 1;
    };
    for (const tamper of [
      { header: { publicSigningKey: other.publicSigningKey } },
      { header: { transactionData: 'another sum' } },
      { header: { audience: 'another shop' } },
      { header: { purpose: 'de-enroll' as const } },
      { labels: alter },
    ]) {
      const reservation = await daemon.begin(device);
      const request = device.finish(reservation, device.code, { transactionData: 'a sum' }, tamper);
      await expect(daemon.finish(request)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
      expect(daemon.outcomeOf(reservation.authenticationId)).toBeUndefined();
      daemon = createDaemonFixture();
      device = await daemon.enroll();
    }
  });

  it('when what was signed is too long to be checked', async () => {
    const reservation = await daemon.begin(device);
    const long = '\u5b57'.repeat(256);
    const operationInfo = { operationId: long.slice(0, 128), externalUserId: long };
    const request = device.finish(
      reservation,
      device.code,
      {},
      { header: { audience: long, operationInfo } },
    );
    await expect(daemon.finish(request)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('when it is no message, or its header has a field too many or too few', async () => {
    const authenticationId = '0b2f6a9e-6d3c-4c53-9d55-1f1f3a7f7a11';
    const reservation = await daemon.begin(device);
    const { message } = device.finish(reservation, device.code);
    for (const bytes of [
      new Uint8Array(0),
      message.slice(0, -1),
      encodeUserAuthentication({}, new Uint8Array(16)),
      encodeUserAuthentication({ ...device, surplus: 1 }, new Uint8Array(16)),
    ]) {
      await expect(daemon.finish({ authenticationId, message: bytes })).rejects.toMatchObject({
        code: 'PROTOCOL_INVALID_MESSAGE',
      });
    }
    expect(daemon.persistence.calls).not.toContain('startAttempt');
  });

  it('when its reservation ran out, without counting', async () => {
    const reservation = await daemon.begin(device);
    daemon.clock.nowMs += 60_000;
    await expect(daemon.finish(device.finish(reservation, device.code))).rejects.toMatchObject({
      code: 'RESERVATION_EXPIRED',
    });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
  });

  it('with too few labels for the enrolled code, at the cost of no circuit', async () => {
    const reservation = await daemon.begin(device);
    const request = device.finishWith(reservation, new Uint8Array(64));
    await expect(daemon.finish(request)).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID_MESSAGE',
    });
    expect(daemon.storage.calls).not.toContain('consumeCircuit');
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
  });
});

describe('a known operation', () => {
  it('is refused a second time, without a token, and leaves no attempt open', async () => {
    await daemon.authenticate(device, device.code, { operationId: 'order-1' });
    const reservation = await daemon.begin(device);
    const request = device.finish(reservation, device.code, { operationId: 'order-1', transactionData: 'x' });
    await expect(daemon.finish(request)).rejects.toMatchObject({ code: 'OPERATION_ALREADY_EXISTS' });
    await daemon.settled();
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
  });
});

describe('attempts at one time', () => {
  const openAttempts = (count: number) => {
    const enrolled = daemon.fakes.persistence.devices.get(device.deviceId)!;
    const attempts = Array.from({ length: count }, () => ({ device: enrolled }));
    for (const [i, attempt] of attempts.entries())
      daemon.fakes.persistence.attempts.set(`other-${i}`, attempt);
    return attempts as { outcome?: 'aborted' }[];
  };

  it('wait for those that could still use up the failures left', async () => {
    const attempts = openAttempts(5);
    const reservation = await daemon.begin(device);
    const finishing = daemon.finish(device.finish(reservation, device.code));
    setImmediate(() => {
      attempts[0]!.outcome = 'aborted';
    });
    await expect(finishing).resolves.toMatchObject({ epoch: 0 });
  });

  it('are refused when the wait is over, at the cost of no circuit', async () => {
    openAttempts(5);
    const reservation = await daemon.begin(device);
    const startedMs = daemon.clock.nowMs;
    await expect(daemon.finish(device.finish(reservation, device.code))).rejects.toMatchObject({
      code: 'AUTHENTICATION_BUSY',
    });
    const waitedMs = daemon.clock.nowMs - startedMs;
    expect(waitedMs).toBeGreaterThan(1300);
    expect(waitedMs).toBeLessThanOrEqual(1500);
    expect(daemon.storage.calls).not.toContain('consumeCircuit');
  });
});

describe('leaving', () => {
  it('with a matching face deletes the user and gives neither token nor template', async () => {
    const reservation = await daemon.begin(device);
    const intent = { purpose: 'de-enroll' as const, transactionData: 'x' };
    const answer = await daemon.finish(device.finish(reservation, device.code, intent));
    expect(answer).toEqual({ userId: device.userId, epoch: 0, stock: 0 });
    await daemon.settled();
    expect(daemon.fakes.persistence.users.size).toBe(0);
    expect(daemon.fakes.persistence.purges).toEqual([]);
    expect(stock()).toBe(0);
    await expect(daemon.begin(device)).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });

  it('with another face deletes nobody', async () => {
    await expect(daemon.authenticate(device, stranger(), { purpose: 'de-enroll' })).rejects.toMatchObject(
      failed,
    );
    expect(daemon.fakes.persistence.users.size).toBe(1);
  });
});
