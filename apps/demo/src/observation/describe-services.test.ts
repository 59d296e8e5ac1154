import { describe, expect, it } from 'vitest';
import { describeServices } from './describe-services.ts';
import { createRequestTrace, type DeviceStep, type Exchange, type ExchangeFacts } from './exchange.ts';
import type { Party } from './service-account.ts';

const exchange = (step: DeviceStep, facts: ExchangeFacts, errorCode?: string, status = 200): Exchange => ({
  step,
  sentBytes: 100,
  receivedBytes: 10,
  status: errorCode === undefined ? status : 400,
  durationMs: 1,
  facts,
  ...(errorCode === undefined ? {} : { errorCode }),
});

const seenBy = (exchanges: Exchange[]) => {
  const trace = createRequestTrace(1234);
  trace.exchanges.push(...exchanges);
  const accounts = describeServices(trace);
  return (party: Party): string[] =>
    accounts.find((account) => account.party === party)!.entries.map(({ kind, text }) => `${kind} ${text}`);
};

const ids = { userId: 'ABCDEFGH00', deviceId: '0123456789' };
const begin = exchange('beginAuthentication', { ...ids, nextIndex: 3, circuitIndex: 3, stock: 24 });
const answered = { ...ids, labels: 2048, circuitIndex: 3, transactionBytes: 48 };

describe('describeServices', () => {
  it('tells of a match that three services learned one bit, and the circuit store none', () => {
    const finish = exchange('finishAuthentication', { ...answered, jwtBytes: 338, sealedBytes: 284 });
    const seen = seenBy([begin, finish]);
    for (const party of ['core-daemon', 'auth-vault', 'node-persistence'] as const) {
      expect(seen(party)).toContain('learned 1 bit: match');
    }
    expect(seen('circuit-storage').filter((text) => text.startsWith('learned'))).toEqual([]);
    expect(seen('core-daemon')).toContain('got 2,048 labels of 16 bytes, one for each bit of the probe');
    expect(seen('auth-vault')).toContain('gave a signed JWT of 338 bytes');
    expect(seen('node-persistence')).toContain('gave the sealed template, 284 bytes it has no key for');
    expect(seen('operations-service')).toEqual([]);
  });

  it('tells of another face that nothing was signed or released', () => {
    const facts = { ...answered, remainingAttempts: 2 };
    const seen = seenBy([begin, exchange('finishAuthentication', facts, 'FAILED_TO_AUTHENTICATE_USER')]);
    expect(seen('auth-vault')).toContain('learned 1 bit: no match');
    expect(seen('node-persistence')).toContain('kept one failure more; 2 left');
    const gifts = [...seen('auth-vault'), ...seen('node-persistence')].filter((text) =>
      text.startsWith('gave'),
    );
    expect(gifts).toEqual(['gave the match token of circuit 3 to the auth-vault, then forgot it']);
  });

  it('does not ask the circuit store while the user is suspended', () => {
    const facts = { ...ids, nextIndex: 8, lockoutRemainingSeconds: 431 };
    const seen = seenBy([exchange('beginAuthentication', facts, 'LOCKED_OUT')]);
    expect(seen('circuit-storage')).toEqual([]);
    expect(seen('node-persistence')).toContain('gave “suspended for 431 s more”');
  });

  it('claims no verdict where the answer does not tell of one', () => {
    for (const code of ['STORAGE_UNAVAILABLE', 'RESERVATION_EXPIRED', 'CIRCUIT_CORRUPT', 'INTERNAL_ERROR']) {
      const seen = seenBy([begin, exchange('finishAuthentication', answered, code)]);
      expect(seen('core-daemon').join()).toContain(`${code} instead of a verdict`);
      for (const party of ['core-daemon', 'auth-vault', 'node-persistence'] as const) {
        expect(seen(party).join()).not.toContain('1 bit');
      }
    }
  });

  it('says of an unanswered request only that it may have arrived', () => {
    const seen = seenBy([exchange('beginAuthentication', ids, undefined, 0)]);
    expect(seen('core-daemon')).toEqual(['got perhaps a message of 100 bytes: no answer came']);
    for (const party of ['circuit-storage', 'auth-vault', 'node-persistence'] as const) {
      expect(seen(party)).toEqual([]);
    }
  });

  it('stops at the door where the core-daemon asks nobody', () => {
    const seen = seenBy([exchange('beginEnrollment', ids, 'API_KEY_INVALID')]);
    expect(seen('core-daemon')).toContain('gave API_KEY_INVALID, without asking for more');
    expect(seen('auth-vault')).toEqual([]);
  });

  it('divides an upload: tokens here, circuits there', () => {
    const seen = seenBy([exchange('uploadCircuits', { circuits: 2, payloadBytes: 65_568, stock: 25 })]);
    expect(seen('auth-vault')).toEqual(['got 2 match tokens of 32 bytes, each a hash']);
    expect(seen('node-persistence')).toEqual(['kept 2 match tokens of 32 bytes for the auth-vault']);
    expect(seen('circuit-storage')).toContain('kept 2 garbled circuits of 65,568 bytes; 25 ready');
  });

  it('lets the operations-service see the token and nobody else of its side', () => {
    const trace = createRequestTrace();
    trace.operations.push({ operation: 'verify-jwt', sentBytes: 338, isAccepted: false, durationMs: 1 });
    const accounts = describeServices(trace).filter(({ entries }) => entries.length > 0);
    expect(accounts.map(({ party }) => party)).toEqual(['operations-service']);
    expect(accounts[0]!.entries.at(-1)).toEqual({ kind: 'gave', text: '“not genuine”' });
  });

  it('says of the client party what its pipeline gave, used or not', () => {
    const trace = createRequestTrace(1);
    trace.pipelineMs = 9;
    const texts = () => describeServices(trace)[0]!.entries.map(({ text }) => text);
    expect(texts()).toEqual([
      'the picture, 1 byte; erased before the answer left',
      'that this picture gives no code',
    ]);
    trace.pipelineBits = 2048;
    expect(texts()[1]).toBe('a code of 2,048 bits; erased as well');
  });
});
