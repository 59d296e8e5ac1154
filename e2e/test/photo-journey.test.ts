import { setTimeout as delay } from 'node:timers/promises';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { protocolDefaults, putTenant } from '@openrecognize/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendServices, hasFaceModels, photoOf, startTestStack, type TestStack } from '../src/index.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: the journey of a photo (face models are missing)');

type Face = Parameters<typeof photoOf>[0];

interface Answer {
  readonly verdict?: string;
  readonly stock?: number;
  readonly jwt?: {
    readonly token: string;
    readonly claims: { readonly td: string; readonly sub: string };
    readonly isVerified: boolean;
  };
  readonly userId?: string;
  readonly error?: {
    readonly code: number;
    readonly remainingAttempts?: number;
    readonly lockoutRemainingSeconds?: number;
  };
  readonly services: readonly {
    readonly party: string;
    readonly entries: readonly { readonly text: string }[];
  }[];
}

describe.skipIf(!hasModels)('the journey of a photo through the demo page and all services', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ services: [...backendServices, 'demo'] });
  });
  afterAll(() => stack?.dispose());

  const send = async (path: string, face: Face): Promise<Answer> => {
    const body = new Uint8Array(await photoOf(face));
    const headers = { 'content-type': 'image/jpeg' };
    const answer = await fetch(`${stack.urlOf('demo')}/api/users/${path}`, { method: 'POST', headers, body });
    return (await answer.json()) as Answer;
  };
  const authenticate = (name: string, face: Face, transaction = 'x') =>
    send(`${name}/authenticate?${new URLSearchParams({ transaction })}`, face);
  const entriesOf = ({ services }: Answer, party: string) =>
    services.find((account) => account.party === party)!.entries.map(({ text }) => text);

  it('accepts the same person, signs what was agreed to and replaces the circuit', async () => {
    const enrolled = await send('ada/enroll', 'laughing');
    const stock = protocolDefaults.sharedCircuitCount;
    expect(enrolled).toMatchObject({ stock });
    const transaction = '{"amount":"12.00 EUR","payee":"Zoë"}';
    const matched = await authenticate('ada', 'smiling', transaction);
    expect(matched).toMatchObject({ verdict: 'match', stock, jwt: { isVerified: true } });
    expect(matched.jwt!.claims).toMatchObject({ td: transaction, sub: enrolled.userId });
    expect(entriesOf(matched, 'core-daemon')).toContain('1 bit: match');
  });

  it('keeps the client state over a restart of its process', async () => {
    await stack.service('demo').stop();
    await stack.startAgain('demo');
    expect(await authenticate('ada', 'smiling')).toMatchObject({ verdict: 'match' });
  });

  it('refuses another person five times with 30004, the sixth with 30007, and then the right one too', async () => {
    for (let remainingAttempts = 4; remainingAttempts >= 0; remainingAttempts--) {
      const refused = await authenticate('ada', 'blonde');
      expect(refused.error).toMatchObject({ code: 30004, remainingAttempts });
      expect(refused).not.toHaveProperty('jwt');
    }
    for (const face of ['blonde', 'laughing'] as const) {
      const locked = await authenticate('ada', face);
      expect(locked.error?.code).toBe(30007);
      expect(locked.error!.lockoutRemainingSeconds).toBeGreaterThan(590);
      expect(locked.error!.lockoutRemainingSeconds).toBeLessThanOrEqual(600);
      expect(entriesOf(locked, 'circuit-storage')).toEqual([]);
    }
  });

  it('lets the right person in after the suspension, and counts from the start again', async () => {
    await send('zoe/enroll', 'blonde');
    const http = createHttpClient({
      baseUrl: stack.urlOf('node-persistence'),
      serviceKey: stack.secrets.serviceKey,
    });
    const setSuspension = (lockoutSuspensionSeconds: number) =>
      callEndpoint(http, putTenant, {
        params: { customer: stack.tenant.customer },
        body: { settings: { lockoutSuspensionSeconds } },
      });
    await setSuspension(2);
    for (let i = 0; i < 5; i++) await authenticate('zoe', 'smiling');
    const locked = await authenticate('zoe', 'blonde');
    expect(locked.error?.code).toBe(30007);
    await delay(1_000 * locked.error!.lockoutRemainingSeconds!);
    expect(await authenticate('zoe', 'blonde')).toMatchObject({ verdict: 'match' });
    expect((await authenticate('zoe', 'smiling')).error).toMatchObject({ code: 30004, remainingAttempts: 4 });
    await setSuspension(600);
    await http.close();
  });

  it('suspends nobody else', async () => {
    await send('bob/enroll', 'blonde');
    expect(await authenticate('bob', 'blonde')).toMatchObject({ verdict: 'match' });
  });

  it('forgets a deleted person on both sides', async () => {
    const deleted = await fetch(`${stack.urlOf('demo')}/api/users/ada`, { method: 'DELETE' });
    expect(await deleted.json()).toMatchObject({ wasOnServer: true });
    expect((await authenticate('ada', 'smiling')).error?.code).toBe(20000);
    expect(await (await fetch(`${stack.urlOf('demo')}/api/users`)).json()).toEqual({
      users: [{ name: 'bob' }, { name: 'zoe' }],
    });
  });

  it('is refused where the backend is gone, and works again when it is back', async () => {
    await stack.service('core-daemon').stop();
    expect((await authenticate('bob', 'blonde')).error?.code).toBe(30005);
    await stack.startAgain('core-daemon');
    expect(await authenticate('bob', 'blonde')).toMatchObject({ verdict: 'match' });
  });
});
