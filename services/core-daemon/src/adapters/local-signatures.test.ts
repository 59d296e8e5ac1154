import { bytesToBase64 } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { deriveDeviceId } from '@openrecognize/zkb/messages';
import { generateDeviceKey, nodeCryptoSuite } from '@openrecognize/zkb/node';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuthVault } from '../ports/auth-vault.ts';
import { createLocalSignatures, type LocalSignatures } from './local-signatures.ts';

const call = { requestId: 'request-1' };
const device = generateDeviceKey();
const message = Uint8Array.from([1, 2, 3]);
const claim = {
  deviceId: deriveDeviceId(nodeCryptoSuite, device.publicSigningKey),
  publicSigningKey: bytesToBase64(device.publicSigningKey),
  message: bytesToBase64(message),
  signature: bytesToBase64(device.sign(message)),
};
const forged = { ...claim, message: bytesToBase64(Uint8Array.from([1, 2, 4])) };

let nowMs = 0;
/** What the vault is asked and how it answers. */
let asked: string[] = [];
let failure: RecognizeError | undefined;
let signatures: LocalSignatures;
let vault: AuthVault;

const answer = async (name: string): Promise<never> => {
  asked.push(name);
  if (failure !== undefined) throw failure;
  return undefined as never;
};

const ticket = { params: {}, body: { userId: '', deviceId: '', ticket: '' } } as never;
const verdict = (jwt?: object) => ({ params: { attemptId: '' }, body: jwt ? { jwt } : {} }) as never;
const verify = (body: object) => vault.verifyDeviceSignature({ body } as never, call);

/** How many of the calls `work` makes reach the vault. */
const askedDuring = async (work: () => Promise<unknown>): Promise<number> => {
  const before = asked.length;
  await work();
  return asked.length - before;
};

beforeEach(() => {
  nowMs = 0;
  asked = [];
  failure = undefined;
  signatures = createLocalSignatures(10, () => nowMs);
  vault = signatures.over({
    verifyDeviceSignature: () => answer('verify'),
    storeMatchTokens: () => answer('tokens'),
    issueRefillTicket: () => answer('issue'),
    checkRefillTicket: () => answer('check'),
    resolveMatch: () => answer('verdict'),
  });
});

describe('a genuine signature', () => {
  it('is the matter of a vault that has not answered yet', async () => {
    expect(await askedDuring(() => verify(claim))).toBe(1);
  });

  it('is checked here for a second after any answer of the vault', async () => {
    await vault.checkRefillTicket(ticket, call);
    nowMs = 999;
    expect(await askedDuring(() => verify(claim))).toBe(0);
    nowMs = 1000;
    expect(await askedDuring(() => verify(claim))).toBe(1);
  });

  it('is checked here after a refusal too, which is an answer', async () => {
    failure = new RecognizeError('TICKET_INVALID');
    await expect(vault.checkRefillTicket(ticket, call)).rejects.toBe(failure);
    expect(await askedDuring(() => verify(claim))).toBe(0);
  });

  it('is asked of the vault once a connection to it ended', async () => {
    await verify(claim);
    signatures.doubtVault();
    expect(await askedDuring(() => verify(claim))).toBe(1);
  });

  it('is asked of the vault after a call of it failed, and fails with it', async () => {
    await verify(claim);
    failure = new RecognizeError('SERVICE_TIMEOUT');
    await expect(vault.resolveMatch(verdict(), call)).rejects.toBe(failure);
    await expect(verify(claim)).rejects.toBe(failure);
  });
});

describe('a signature that is not genuine', () => {
  it.each([
    ['of another message', forged],
    ['of another device', { ...claim, deviceId: '0'.repeat(claim.deviceId.length) }],
    ['that is too short', { ...claim, signature: bytesToBase64(new Uint8Array(63)) }],
    ['under a key that is none', { ...claim, publicSigningKey: 'AAAA' }],
  ])('%s is refused by the vault, which counts it', async (_, body) => {
    await verify(claim);
    failure = new RecognizeError('SIGNATURE_INVALID');
    expect(await askedDuring(() => expect(verify(body)).rejects.toBe(failure))).toBe(1);
  });
});

describe('a request that wants a JWT', () => {
  const wanting = { ...claim, willSign: true };

  it('is the matter of the vault until one was signed', async () => {
    await verify(claim);
    expect(await askedDuring(() => verify(wanting))).toBe(1);
    expect(await askedDuring(() => verify(wanting))).toBe(0);
  });

  it('is the matter of the vault again once one was not', async () => {
    await vault.resolveMatch(verdict({ transactionData: 'pay' }), call);
    expect(await askedDuring(() => verify(wanting))).toBe(0);
    failure = new RecognizeError('JWT_SIGN_FAILED');
    await expect(vault.resolveMatch(verdict({ transactionData: 'pay' }), call)).rejects.toBe(failure);
    failure = undefined;
    await vault.checkRefillTicket(ticket, call);
    expect(await askedDuring(() => verify(claim))).toBe(0);
    expect(await askedDuring(() => verify(wanting))).toBe(1);
  });
});
