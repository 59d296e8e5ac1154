import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginStream, frameResults } from '../../test/fake-session-server.ts';
import { AttemptMachine } from './attempt-machine.ts';
import type { AttemptInput } from './attempt-messages.ts';
import { planConnection } from './connection-plan.ts';

const { plan } = planConnection('auth', {
  customer: { name: 'acme' },
  username: 'ada',
  key: { id: 'k', value: 'AAAA' },
  ws: { url: 'wss://auth.example/' },
});

const small = fc.integer({ min: 0, max: 4 });
const text = fc.oneof(
  fc.string(),
  fc
    .constantFrom(
      beginStream(),
      beginStream({ stream: 1, flash: { step: 1, colour: '#123456' } }),
      frameResults(0),
      frameResults(1, ['eyes_closed']),
      { type: 'stop-stream' },
      { type: 'finished', keylessId: 'AB' },
      { type: 'transfer', token: 't', expiresInSeconds: 3 },
      { type: 'transfer-joined' },
      { type: 'error', code: 'SERVER_TIMEOUT' },
    )
    .map((message) => JSON.stringify(message)),
);
const frame = { filters: [], faces: [], width: 640, height: 480, capturedAtMs: 1 };
const input: fc.Arbitrary<AttemptInput> = fc.oneof(
  small.map((link) => ({ type: 'key-ready', link, key: { id: 'k', wrapped: 'AA==' } }) as const),
  small.map((link) => ({ type: 'socket-open', link }) as const),
  fc.record({ type: fc.constant('socket-message' as const), link: fc.constantFrom(1, 1, 2), text }),
  small.map((link) => ({ type: 'socket-error', link }) as const),
  fc.record({
    type: fc.constant('socket-closed' as const),
    link: small,
    code: fc.constantFrom(1000, 1006, 4000),
  }),
  small.map((capture) => ({ type: 'frame-judged', capture, frame }) as const),
  small.map((capture) => ({ type: 'frame-sealed', capture, bytes: new Uint8Array(1) }) as const),
  fc
    .constantFrom('answer', 'session', 'pause', 'resume-window')
    .map((timer) => ({ type: 'timer', timer }) as const),
  fc.constant({ type: 'transfer-wanted' } as const),
  fc.constant({ type: 'failed', code: 'EXCEPTION' } as const),
);

describe('an attempt, whatever happens', () => {
  it('never throws, ends once, and then does nothing but tell of the closed socket', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        if (plan === undefined) throw new Error('options');
        const machine = new AttemptMachine(plan);
        machine.start();
        let terminal = 0;
        let released = 0;
        let nowMs = 0;
        for (const next of inputs) {
          const hadEnded = machine.hasEnded;
          nowMs += 50;
          for (const effect of machine.handle(next, nowMs)) {
            if (hadEnded) {
              expect(effect).toMatchObject({ do: 'emit', name: 'ws-close' });
            }
            terminal +=
              effect.do === 'emit' && ['finished', 'error', 'ws-error'].includes(effect.name) ? 1 : 0;
            released += effect.do === 'release' ? 1 : 0;
          }
        }
        expect(terminal).toBe(machine.hasEnded ? 1 : 0);
        expect(released).toBe(terminal);
        expect(machine.dispose().filter((effect) => effect.do === 'release')).toHaveLength(1 - terminal);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never sends two frames without a verdict between them', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 80 }), (inputs) => {
        if (plan === undefined) throw new Error('options');
        const machine = new AttemptMachine(plan);
        machine.start();
        machine.handle({ type: 'key-ready', link: 1, key: { id: 'k', wrapped: 'AA==' } }, 1);
        machine.handle({ type: 'socket-open', link: 1 }, 2);
        machine.handle({ type: 'socket-message', link: 1, text: JSON.stringify(beginStream()) }, 3);
        let inFlight = 0;
        for (const next of inputs) {
          const effects = machine.handle(next, 4);
          if (effects.some((effect) => effect.do === 'emit' && effect.name === 'frame-results')) inFlight = 0;
          if (effects.some((effect) => effect.do === 'prepare-key')) inFlight = 0;
          inFlight += effects.filter((effect) => effect.do === 'send-frame').length;
          expect(inFlight).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
