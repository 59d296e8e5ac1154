import { describe, expect, it, vi } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { useWebService } from './use-web-service.ts';

const { current, attempt, open } = useWebService({ stock: 6 });

const enroll = () => attempt('ann', { flow: 'enroll' });
const errorOf = (code: string) => expect.objectContaining({ type: 'error', code });
const userId = () => [...current.fake.users.keys()][0]!;

describe('a web session', () => {
  it('enrolls a face, authenticates it and closes with 1000', async () => {
    const enrolled = await enroll();
    expect(enrolled.verdict).toEqual({ type: 'finished', keylessId: userId() });
    expect(enrolled.code).toBe(1000);
    expect(await attempt('ann')).toMatchObject({ verdict: enrolled.verdict, code: 1000 });
    expect(current.matching.answered).toEqual([0]);
  });

  it('tells all twelve filters on each frame and stops after three good ones', async () => {
    const { client } = await enroll();
    const results = client.received.filter(({ type }) => type === 'frame-results');
    expect(results).toHaveLength(3);
    for (const [sequence, result] of results.entries()) {
      expect(result).toMatchObject({ sequence, accepted: true });
      const { filters } = result as Extract<typeof result, { type: 'frame-results' }>;
      expect(filters).toHaveLength(12);
      expect(filters.every(({ value, threshold }) => Number.isFinite(value + threshold))).toBe(true);
    }
    const order = client.received.map(({ type }) => type);
    expect(order.slice(-2)).toEqual(['stop-stream', 'finished']);
  });

  it('does not count frames that a filter refuses', async () => {
    const client = await open({ flow: 'enroll' });
    const people = ['nobody', 'crowd', 'ann', 'ann', 'ann'];
    const verdict = await client.run((step) => pictureOf(people[step]!, step));
    expect(verdict).toMatchObject({ type: 'finished' });
    const results = client.received.filter((message) => message.type === 'frame-results');
    expect(results.map(({ accepted }) => accepted)).toEqual([false, false, true, true, true]);
    const triggered = results.map(({ filters }) =>
      filters.filter((each) => each.triggered).map(({ name }) => name),
    );
    expect(triggered.slice(0, 2)).toEqual([['face_missing'], ['face_multiple']]);
  });

  it('starts over when another face comes between (WS-7)', async () => {
    const client = await open({ flow: 'enroll' });
    const people = ['ann', 'ann', 'bob', 'ann', 'ann', 'ann'];
    expect(await client.run((step) => pictureOf(people[step]!, step))).toMatchObject({ type: 'finished' });
    expect(client.received.filter(({ type }) => type === 'frame-results')).toHaveLength(6);
  });

  it('signs transaction data of an authentication and of an enrollment', async () => {
    const transaction = { data: 'pay 10 to Bob' };
    const enrolled = await attempt('ann', { flow: 'enroll', transaction });
    expect(enrolled.verdict).toMatchObject({ jwt: 'jwt of pay 10 to Bob' });
    expect((await attempt('ann', { transaction })).verdict).toMatchObject({ jwt: 'jwt of pay 10 to Bob' });
    expect(current.matching.signed).toEqual(['pay 10 to Bob', 'pay 10 to Bob']);
  });

  it('takes an enrollment back that could not sign', async () => {
    const { finishAuthentication, RecognizeError } = await import('@openrecognize/contracts');
    current.matching.faults.set(finishAuthentication, new RecognizeError('JWT_SIGN_FAILED'));
    const { verdict } = await attempt('ann', { flow: 'enroll', transaction: { data: 'x' } });
    expect(verdict).toEqual(errorOf('SERVER_UNAVAILABLE_SERVICE'));
    expect(current.fake.users.size).toBe(0);
  });

  it('refills the circuit it used behind the answer', async () => {
    await enroll();
    for (let i = 0; i < 5; i++) {
      expect((await attempt('ann')).verdict).toMatchObject({ type: 'finished' });
    }
    expect(new Set(current.matching.answered).size).toBe(5);
  });

  it('lets sessions of one user at once each use a circuit of its own (WS-9)', async () => {
    await enroll();
    const verdicts = await Promise.all([1, 2, 3].map(() => attempt('ann')));
    expect(verdicts.map(({ verdict }) => verdict?.type)).toEqual(['finished', 'finished', 'finished']);
    expect(new Set(current.matching.answered).size).toBe(3);
  });

  it('starts over when another process stored a newer state of the user', async () => {
    await enroll();
    let stolen = 0;
    const { putClientState } = current.fake.backend;
    Object.assign(current.matching.backend, {
      putClientState: async (...args: Parameters<typeof putClientState>) => {
        if (stolen++ === 0) current.fake.users.get(userId())!.version = 7;
        return putClientState(...args);
      },
    });
    expect((await attempt('ann')).verdict).toMatchObject({ type: 'finished' });
    expect(current.matching.answered).toEqual([0]);
  });
});

describe('seed entropy', () => {
  it('is the same 32 bytes at each success, and only where it is asked for (WS-10)', async () => {
    const first = (await attempt('ann', { flow: 'enroll', seedEntropy: true })).verdict;
    const second = (await attempt('ann', { seedEntropy: true })).verdict;
    expect(second).toEqual(first);
    const seed = (second as { seedEntropy: string }).seedEntropy;
    expect(Buffer.from(seed, 'base64')).toHaveLength(32);
    expect((await attempt('ann')).verdict).not.toHaveProperty('seedEntropy');
  });

  it('differs from user to user', async () => {
    const seeds = await Promise.all(
      ['ann', 'bob'].map((username) => attempt(username, { flow: 'enroll', seedEntropy: true, username })),
    );
    const [a, b] = seeds.map(({ verdict }) => (verdict as { seedEntropy: string }).seedEntropy);
    expect(a).not.toBe(b);
  });
});

describe('a session is refused before any frame or at its end (WS-1, WS-8) for', () => {
  it('another face: SERVER_FACE_DOES_NOT_MATCH, and the fifth locks the user out with a date', async () => {
    await enroll();
    for (let i = 0; i < 5; i++) {
      expect((await attempt('eve')).verdict).toEqual(errorOf('SERVER_FACE_DOES_NOT_MATCH'));
    }
    const before = Date.now();
    const { verdict, code, client } = await attempt('ann');
    expect(verdict).toEqual(errorOf('SERVER_USER_LOCKED_OUT'));
    const { lockoutExpiresAt } = verdict as { lockoutExpiresAt: string };
    expect(new Date(lockoutExpiresAt).getTime()).toBeGreaterThanOrEqual(before + 600_000);
    expect(code).toBe(4000);
    expect(client.received).toHaveLength(1);
  });

  it('SERVER_USER_ALREADY_ENROLLED, in any case of letters', async () => {
    await enroll();
    expect(await attempt('eve', { flow: 'enroll', username: 'ANN' })).toMatchObject({
      verdict: { code: 'SERVER_USER_ALREADY_ENROLLED' },
      code: 4000,
    });
  });

  it('SERVER_USER_NOT_FOUND and SERVER_CUSTOMER_NOT_FOUND', async () => {
    expect((await attempt('ann')).verdict).toEqual(errorOf('SERVER_USER_NOT_FOUND'));
    const stranger = await attempt('ann', { customer: { name: 'nobody' } });
    expect(stranger).toMatchObject({ verdict: { code: 'SERVER_CUSTOMER_NOT_FOUND' }, code: 4003 });
  });

  it('another tenant’s user: SERVER_USER_NOT_FOUND', async () => {
    await enroll();
    const { verdict } = await attempt('ann', { customer: { name: 'other' } });
    expect(verdict).toEqual(errorOf('SERVER_USER_NOT_FOUND'));
  });

  it('SERVER_NO_ATTEMPTS_LEFT before any frame', async () => {
    await enroll();
    current.matching.askForRefill(0);
    for (let i = 0; i < 6; i++) await attempt('ann');
    const { verdict, client } = await attempt('ann');
    expect(verdict).toEqual(errorOf('SERVER_NO_ATTEMPTS_LEFT'));
    expect(client.received).toHaveLength(1);
  });

  it.each([
    ['SERVICE_UNAVAILABLE', 'SERVER_UNAVAILABLE_SERVICE', 4503],
    ['SERVICE_TIMEOUT', 'SERVER_TIMEOUT', 4008],
    ['NET_CONNECTION_FAILED', 'SERVER_UNAVAILABLE_SERVICE', 4503],
    ['INTERNAL_ERROR', 'SERVER_INTERNAL_ERROR', 4500],
  ] as const)('a service behind answers %s: %s', async (fault, code, closeCode) => {
    current.fake.fail('findUsers', fault);
    expect(await attempt('ann')).toMatchObject({ verdict: { code }, code: closeCode });
  });

  it('a print: SERVER_RECOGNITION_FAILED without a filter, and no circuit is used', async () => {
    await enroll();
    const { verdict, code } = await attempt('print-of-ann');
    expect(verdict).toEqual(errorOf('SERVER_RECOGNITION_FAILED'));
    expect(verdict).not.toHaveProperty('filters');
    expect(code).toBe(4000);
    expect(current.matching.answered).toEqual([]);
  }, 60_000);
});

describe('what a session leaves behind', () => {
  it('is no picture, no embedding and nothing of the client in the log (WS-12)', async () => {
    await attempt('ann', { flow: 'enroll', transaction: { data: 'secret payment' } });
    const { pictures, embeddings } = current.frames;
    expect(pictures).toHaveLength(3);
    expect(pictures.every((picture) => picture.every((byte) => byte === 0))).toBe(true);
    expect(embeddings.every((embedding) => embedding.every((value) => value === 0))).toBe(true);
    const logged = () => current.logLines.filter((line) => !line.includes('Server listening')).join('');
    await vi.waitFor(() => expect(logged()).toContain('"outcome":"finished"'));
    const log = logged();
    for (const word of ['ann', 'secret payment', userId(), '127.0.0.1']) expect(log).not.toContain(word);
  });
});
