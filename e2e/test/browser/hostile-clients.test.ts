import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WEB_SESSION_CLOSE } from '@openrecognize/contracts/ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAttempt } from './attempt-in-page.ts';
import { withFilm } from './film-browser.ts';
import {
  createLiveClient,
  type LiveClient,
  outcomeOf,
  type Picture,
  portraitOf,
  type WebClient,
} from './live-client.ts';
import { randomMessage, statesToMeet } from './random-messages.ts';
import { filmPortraits, inTheMiddle } from './scenes.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

if (browserObstacle) console.warn(`skipped: hostile clients of the live service (${browserObstacle})`);

const patienceMs = 180_000;
const closeCodes: readonly number[] = Object.values(WEB_SESSION_CLOSE);

const flipBit =
  (offset: number) =>
  (message: Uint8Array): void => {
    message[offset] = (message[offset] ?? 0) ^ 1;
  };

/** Resident memory of a process in MiB. */
const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe.skipIf(browserObstacle !== null)('the live service', () => {
  let web: WebStack;
  let client: LiveClient;
  let person: readonly Picture[];
  let first: Picture;
  beforeAll(async () => {
    web = await startWebStack();
    client = createLiveClient(web.address);
    person = await portraitOf('laughing');
    first = person[0] as Picture;
    for (const name of ['ann', 'bob']) {
      expect(outcomeOf(await client.attempt(name, person, { flow: 'enroll' }))).toBe('finished');
    }
  }, patienceMs);
  afterAll(() => web?.dispose());

  /** Another person's session works, and the service says that it is well. */
  const expectUnharmed = async (): Promise<void> => {
    const health = await fetch(`${web.stack.urlOf('authentication-service')}/health/ready`);
    expect(health.status).toBe(200);
    const { verdict } = await client.attempt('bob', person, { transaction: { data: 'still here' } });
    expect(verdict).toMatchObject({ type: 'finished', jwt: expect.stringContaining('.') });
  };

  const begun = async (username = 'ann'): Promise<WebClient> => {
    const connection = await client.open(username);
    await connection.expect('begin-stream');
    return connection;
  };
  const codeOf = async (connection: WebClient): Promise<unknown> => {
    const { verdict, closeCode } = await client.end(connection);
    return [outcomeOf({ verdict, closeCode }), closeCode];
  };

  it('refuses frames that were changed on their way or made for something else, all by one code', {
    timeout: patienceMs,
  }, async () => {
    const other = await begun('bob');
    const foreignSession = other.received.find(({ type }) => type === 'begin-stream');
    const foreignId = foreignSession?.type === 'begin-stream' ? foreignSession.sessionId : '';
    const tamperings = {
      'a bit of the picture': { damage: flipBit(400) },
      'the tag': { damage: (message: Uint8Array) => message.fill(0, message.length - 16) },
      'the clock in the header': {
        damage: flipBit(8),
      },
      'another user than the hello': { subject: { username: 'bob' } },
      'another flow than the hello': { subject: { flow: 'enroll' as const } },
      'a payment that was not agreed to': { subject: { transaction: { data: 'all of it' } } },
      'another tenant': { subject: { customer: { name: 'other' } } },
      'another session': { sessionId: foreignId },
    };
    for (const [what, tampering] of Object.entries(tamperings)) {
      const connection = await begun();
      connection.frame(first, tampering);
      expect([what, await codeOf(connection)]).toEqual([
        what,
        ['SERVER_IMAGE_ENCRYPT_FAILED', WEB_SESSION_CLOSE.protocol],
      ]);
    }
    other.close();
    await expectUnharmed();
  });

  it('takes no frame twice, in one session or another', { timeout: patienceMs }, async () => {
    const recorded = await begun();
    const frame = recorded.frame(first);
    await recorded.expect('frame-results');
    recorded.sendRaw(frame);
    expect(await codeOf(recorded)).toEqual(['SERVER_UNPROCESSABLE_EVENT', WEB_SESSION_CLOSE.protocol]);
    const again = await begun();
    again.sendRaw(frame);
    expect(await codeOf(again)).toEqual(['SERVER_IMAGE_ENCRYPT_FAILED', WEB_SESSION_CLOSE.protocol]);
  });

  it('lets a finished session not be resumed with its own token', { timeout: patienceMs }, async () => {
    const connection = await client.open('ann');
    const verdict = await connection.run((step) => person[step % person.length] as Picture);
    expect(verdict?.type).toBe('finished');
    expect(await connection.closed).toBe(WEB_SESSION_CLOSE.finished);
    const late = await client.connect();
    late.resume(connection, client.newKey());
    expect(await codeOf(late)).toEqual(['SERVER_TIMEOUT', WEB_SESSION_CLOSE.timeout]);
  });

  it('takes no key that was wrapped for another service', { timeout: patienceMs }, async () => {
    const stranger = createLiveClient(web.address).newKey();
    const connection = await client.connect();
    connection.hello(client.wish('ann'), {
      key: stranger.key,
      message: { id: stranger.message.id, wrapped: randomBytes(384).toString('base64') },
    });
    expect(await codeOf(connection)).toEqual(['SERVER_IMAGE_ENCRYPT_FAILED', WEB_SESSION_CLOSE.protocol]);
  });

  it('gives a page that swaps the user after the hello nothing but a refusal', {
    timeout: patienceMs,
  }, async () => {
    const film = await filmPortraits({ faces: [{ face: 'laughing', at: inTheMiddle }] });
    await withFilm(film, async (browser) => {
      const page = await browser.open(web.pages.origin);
      // A hostile script between the SDK and the socket, there before the SDK: the hello names bob, the frames ann.
      await page.addInitScript(() => {
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
          const swapped =
            typeof data === 'string' ? data.replace('"username":"ann"', '"username":"bob"') : data;
          return send.call(this, swapped);
        };
      });
      await page.reload();
      const options = { ...web.address, username: 'ann', wsTimeout: 60_000 };
      const attempt = await runAttempt(page, { flow: 'auth', options });
      expect(['RUNTIME_VIOLATION', 'SERVER_IMAGE_ENCRYPT_FAILED']).toContain(attempt.outcome);
    });
  });

  it('answers 500 random messages, in each state of a session, by codes; its memory stays bounded and others are served', {
    timeout: 2 * patienceMs,
  }, async () => {
    const pid = web.stack.service('authentication-service').pid as number;
    await expectUnharmed();
    const beforeMib = residentMib(pid);
    let met = 0;
    for (const state of statesToMeet(client, 'ann', person)) {
      const meet = async (): Promise<void> => {
        const number = met++;
        const connection = await state.reach();
        // The first meets the state; more come behind it, which must not pile up.
        for (let k = 0; k < 10; k++) connection.sendRaw(randomMessage(`message ${k}`, number));
        const { verdict, closeCode } = await client.end(connection);
        expect([state.name, closeCodes.includes(closeCode)]).toEqual([state.name, true]);
        if (state.mayEnd !== true)
          expect([state.name, number, verdict?.type]).toEqual([state.name, number, 'error']);
      };
      const { count, atOnce = 10 } = state;
      for (let left = count; left > 0; left -= atOnce) {
        await Promise.all(Array.from({ length: Math.min(atOnce, left) }, meet));
      }
    }
    expect(met).toBe(500);
    await expectUnharmed();
    expect(residentMib(pid) - beforeMib).toBeLessThan(150);
    const openSessions = async (): Promise<string | undefined> => {
      const answer = await fetch(`${web.stack.urlOf('authentication-service')}/metrics`);
      return /^openrecognize_web_sessions_open(?:\{[^}]*\})? (\d+)$/m.exec(await answer.text())?.[1];
    };
    // Who only lost the connection may come back for a while.
    await expect.poll(openSessions, { timeout: 20_000, interval: 500 }).toBe('0');
  });
});
