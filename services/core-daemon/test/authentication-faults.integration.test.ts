import { RecognizeError } from '@openrecognize/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { finishAuthentication } from '../src/commands/finish-authentication.ts';
import { call, createDaemonFixture, type DaemonFixture, tenant, unavailable } from './daemon-fixture.ts';
import { atDistance, codeBits, type TestDevice, threshold } from './test-device.ts';

let daemon: DaemonFixture;
let device: TestDevice;
beforeEach(async () => {
  daemon = createDaemonFixture();
  device = await daemon.enroll();
});

const stranger = () => atDistance(device.code, threshold + 1);
const failed = { code: 'FAILED_TO_AUTHENTICATE_USER' };
const failures = () => daemon.fakes.persistence.users.get(device.userId)?.failures;

describe('labels of a device that cheats', () => {
  it('count as a failure when they are signed but of no circuit', async () => {
    const reservation = await daemon.begin(device);
    const request = device.finishWith(reservation, new Uint8Array(16 * codeBits).fill(9));
    await expect(daemon.finish(request)).rejects.toMatchObject(failed);
    expect(failures()).toBe(1);
  });

  it('are wiped from the message whatever the outcome', async () => {
    const reservation = await daemon.begin(device);
    const request = device.finish(reservation, stranger());
    await expect(daemon.finish(request)).rejects.toMatchObject(failed);
    expect(request.message.slice(-16 * codeBits).every((byte) => byte === 0)).toBe(true);
  });
});

describe('a storage that lies', () => {
  const alterPayload = (alter: (payload: Uint8Array) => Uint8Array) => {
    const circuits = daemon.fakes.storage.circuitsOf(device.deviceId);
    for (const circuit of circuits) circuit.payload = alter(circuit.payload);
  };

  it('about a payload is found out, and the attempt counts neither way', async () => {
    alterPayload((payload) => {
      const altered = payload.slice();
      altered[100]! ^= 1;
      return altered;
    });
    const reservation = await daemon.begin(device);
    await expect(daemon.finish(device.finish(reservation, device.code))).rejects.toMatchObject({
      code: 'CIRCUIT_CORRUPT',
    });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
    expect(failures()).toBe(0);
    expect(daemon.vault.calls).not.toContain('resolveMatch');
  });

  it('with an answer that is none is found out', async () => {
    const { storage } = daemon.deps;
    const lying = { ...storage, consumeCircuit: async () => new Uint8Array(52) };
    const reservation = await daemon.begin(device);
    const request = device.finish(reservation, device.code);
    await expect(
      finishAuthentication({ ...daemon.deps, storage: lying }, tenant, request, call),
    ).rejects.toMatchObject({ code: 'CIRCUIT_CORRUPT' });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
  });

  it('by serving the circuit of another index is found out', async () => {
    const circuits = daemon.fakes.storage.circuitsOf(device.deviceId);
    const [first, second] = circuits.map(({ payload }) => payload);
    circuits[0]!.payload = second!;
    circuits[1]!.payload = first!;
    await expect(daemon.authenticate(device, device.code)).rejects.toMatchObject({ code: 'CIRCUIT_CORRUPT' });
  });
});

describe('a fault of ours', () => {
  it.each([
    ['consuming fails', 'storage', 'consumeCircuit'],
    ['the answer to consuming is lost', 'storage', 'consumeCircuit after'],
    ['the vault is down', 'vault', 'resolveMatch'],
  ] as const)('before the verdict aborts the attempt and releases nothing: %s', async (_, service, fault) => {
    const reservation = await daemon.begin(device);
    const [name, moment] = fault.split(' ');
    const target = daemon[service] as { fail(name: string, error: Error, options: object): void };
    target.fail(name!, unavailable, { moment: moment ?? 'before' });
    const request = device.finish(reservation, device.code, { transactionData: 'x' });
    await expect(daemon.finish(request)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
    expect(failures()).toBe(0);
    daemon.storage.mend();
    daemon.vault.mend();
    await expect(daemon.authenticate(device, device.code)).resolves.toMatchObject({ epoch: 0 });
  });

  it.each([
    ['match', () => device.code],
    ['failure', stranger],
  ])('in recording a %s is one before the verdict: nobody has seen it', async (_, probe) => {
    const reservation = await daemon.begin(device);
    const { finishAttempt } = daemon.fakes.persistence.port;
    const storageFault = new RecognizeError('STORAGE_UNAVAILABLE');
    daemon.vault.fail('resolveMatch', storageFault);
    const request = device.finish(reservation, probe(), { transactionData: 'x' });
    const error = await daemon.finish(request).catch((e) => e);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(JSON.stringify(error)).not.toContain('signedJwt');
    expect(daemon.outcomeOf(reservation.authenticationId)).toBe('aborted');
    // A settlement that is still on its way comes too late.
    const late = { params: { attemptId: reservation.authenticationId }, body: { outcome: 'match' as const } };
    await expect(finishAttempt(late, call)).rejects.toThrow();
  });

  it('known beforehand costs no circuit: the vault can sign no JWT', async () => {
    daemon.fakes.vault.signingKey.usable = false;
    const reservation = await daemon.begin(device);
    const request = device.finish(reservation, device.code, { transactionData: 'x' });
    await expect(daemon.finish(request)).rejects.toMatchObject({ code: 'JWT_SIGN_FAILED' });
    expect(daemon.storage.calls).not.toContain('consumeCircuit');
    expect(daemon.outcomeOf(reservation.authenticationId)).toBeUndefined();
    // Who wants no JWT is served.
    await expect(daemon.authenticate(device, device.code)).resolves.toMatchObject({ epoch: 0 });
  });

  it('leaves the operation in the history of the attempt, without storing it', async () => {
    const reservation = await daemon.begin(device);
    daemon.vault.fail('resolveMatch', unavailable, { times: 1 });
    const intent = { operationId: 'order-1' };
    await expect(daemon.finish(device.finish(reservation, device.code, intent))).rejects.toThrow();
    const attempt = daemon.fakes.persistence.attempts.get(reservation.authenticationId);
    expect(attempt).toMatchObject({ outcome: 'aborted', operationId: 'order-1' });
    await expect(daemon.authenticate(device, device.code, intent)).resolves.toMatchObject({ epoch: 0 });
  });
});
