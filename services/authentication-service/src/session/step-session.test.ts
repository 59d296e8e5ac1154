import { closeCodeOf, SERVER_FILTER_NAMES, type WebSessionSubject } from '@openrecognize/contracts/ws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionFailure } from './session-failure.ts';
import {
  openSession,
  type SessionEffect,
  type SessionEvent,
  type SessionLimits,
  type SessionState,
  type SessionTimer,
} from './session-state.ts';
import { stepSession } from './step-session.ts';

const subject: WebSessionSubject = { flow: 'auth', customer: { name: 'acme' }, username: 'ann' };
const limits: SessionLimits = {
  maxFrameBytes: 1,
  maxFramesPerSecond: 1,
  maxFrames: 4,
  maxResumes: 2,
  maxTransfers: 2,
  admitTimeoutMs: 1,
  frameTimeoutMs: 2,
  sessionTimeoutMs: 3,
  matchTimeoutMs: 4,
  resumeWindowMs: 5,
  transferTokenSeconds: 6,
};
const filters = SERVER_FILTER_NAMES.map((name) => ({
  name,
  triggered: name === 'face_missing',
  value: 1,
  threshold: 0,
}));
const header = (sequence: number, flashStep = 0) => ({
  encoding: 'jpeg' as const,
  flashStep,
  sequence,
  capturedAtMs: 10 * sequence,
  width: 640,
  height: 480,
});
const frame = (sequence: number, flashStep = 0): SessionEvent => ({
  type: 'frame',
  header: header(sequence, flashStep),
});
const analysed = (isEnough = false, stream = 0): SessionEvent => ({
  type: 'analysed',
  stream,
  outcome: { filters, accepted: isEnough, isEnough },
});
const admitted: SessionEvent = { type: 'admitted', resumeToken: 'r0' };
const finished = { type: 'finished', keylessId: 'F', jwt: 'j', seedEntropy: 's' } as const;
const lost = (role: 'camera' | 'watcher' = 'camera'): SessionEvent => ({ type: 'lost', role });
const resumed = (role: 'camera' | 'watcher' = 'camera'): SessionEvent => ({
  type: 'resumed',
  role,
  resumeToken: 'r1',
});
const transfer: SessionEvent = { type: 'transfer-requested', role: 'camera', token: 't' };
const joined: SessionEvent = { type: 'joined', resumeToken: 'r2' };
const deadline = (timer: SessionTimer): SessionEvent => ({ type: 'deadline', timer });

/** Runs events from a new session; the effects are those of the last one. */
const run = (...events: SessionEvent[]): { state: SessionState; effects: readonly SessionEffect[] } =>
  events.reduce(
    ({ state }, event) => stepSession(state, event),
    openSession({ sessionId: 'S', subject, limits }),
  );
const sent = (effects: readonly SessionEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [`${effect.to}:${effect.message.type}`] : []));
const failureIn = (effects: readonly SessionEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'send' && effect.message.type === 'error' ? [effect.message.code] : [],
  );
const endsWith = (code: string, ...events: SessionEvent[]) => {
  const { state, effects } = run(...events);
  expect(failureIn(effects)).toContain(code);
  expect(effects).toContainEqual({ type: 'close', to: 'camera', code: closeCodeOf(code as never) });
  expect(effects.at(-1)).toEqual({ type: 'end' });
  expect(state.phase).toBe('ended');
};

describe('a session', () => {
  it('begins its stream when it is admitted, and awaits a frame', () => {
    const { state, effects } = run(admitted);
    expect(state.phase).toBe('streaming');
    expect(effects).toContainEqual({
      type: 'send',
      to: 'camera',
      message: expect.objectContaining({
        type: 'begin-stream',
        sessionId: 'S',
        stream: 0,
        resumeToken: 'r0',
      }),
    });
    expect(effects).toContainEqual({ type: 'set-timer', timer: 'frame', delayMs: 2 });
    expect(effects).toContainEqual({ type: 'set-timer', timer: 'session', delayMs: 3 });
  });

  it('analyses a frame, shows its results and awaits the next', () => {
    expect(run(admitted, frame(0)).effects).toEqual([
      { type: 'clear-timer', timer: 'frame' },
      { type: 'analyse', header: header(0) },
    ]);
    const { state, effects } = run(admitted, frame(0), analysed());
    expect(sent(effects)).toEqual(['camera:frame-results', 'watcher:frame-results']);
    expect(state).toMatchObject({ phase: 'streaming', nextSequence: 1, triggered: ['face_missing'] });
  });

  it('stops the stream with enough frames and decides once', () => {
    const { state, effects } = run(admitted, frame(0), analysed(true));
    expect(state.phase).toBe('deciding');
    expect(effects.filter(({ type }) => type === 'decide')).toHaveLength(1);
    expect(sent(effects).filter((message) => message === 'camera:stop-stream')).toHaveLength(1);
    expect(stepSession(state, analysed(true)).effects).toEqual([]);
  });

  it('tells the verdict, closes with 1000, and is over once that is confirmed', () => {
    const { state, effects } = run(admitted, frame(0), analysed(true), { type: 'decided', finished });
    expect(effects).toContainEqual({ type: 'send', to: 'camera', message: finished });
    expect(effects).toContainEqual({ type: 'close', to: 'camera', code: 1000 });
    expect(state.phase).toBe('undelivered');
    const over = stepSession(state, { type: 'confirmed', role: 'camera' });
    expect(over.state.phase).toBe('ended');
    expect(over.effects.at(-1)).toEqual({ type: 'end' });
  });

  it('gives a client that did not get its verdict the time to resume, and no longer', () => {
    const told = [admitted, frame(0), analysed(true), { type: 'decided', finished } as const];
    expect(sent(run(...told, resumed()).effects)).toEqual(['camera:finished']);
    expect(run(...told, deadline('resume-camera')).state.phase).toBe('ended');
    const away = run(admitted, frame(0), analysed(true), lost(), { type: 'decided', finished });
    expect(sent(away.effects)).toEqual([]);
    expect(sent(stepSession(away.state, resumed()).effects)).toEqual(['camera:finished']);
  });

  it('ends with the filters of the latest frame when there are too many', () => {
    const frames = [0, 1, 2, 3].flatMap((sequence) => [frame(sequence), analysed()]);
    const { state, effects } = run(admitted, ...frames);
    expect(state.phase).toBe('ended');
    expect(effects).toContainEqual({
      type: 'send',
      to: 'camera',
      message: expect.objectContaining({ code: 'SERVER_RECOGNITION_FAILED', filters: ['face_missing'] }),
    });
  });
});

describe('an order violation ends a session with SERVER_UNPROCESSABLE_EVENT (WS-2)', () => {
  it.each<[string, SessionEvent[]]>([
    ['a frame before admission', [frame(0)]],
    ['a frame that does not start at 0', [admitted, frame(1)]],
    ['a gap', [admitted, frame(0), analysed(), frame(2)]],
    ['a repetition', [admitted, frame(0), analysed(), frame(0)]],
    ['two frames at once', [admitted, frame(0), frame(1)]],
    ['a flash nobody asked for', [admitted, frame(0, 1)]],
    ['a transfer before admission', [transfer]],
    ['too many transfers', [admitted, transfer, transfer, transfer]],
    ['a transfer from the device that joined', [admitted, transfer, joined, transfer]],
    ['too many resumptions', [admitted, ...[1, 2, 3].flatMap(() => [lost(), resumed()])]],
  ])('%s', (_what, events) => {
    endsWith('SERVER_UNPROCESSABLE_EVENT', ...events);
  });

  it('but a frame that crossed stop-stream is dropped', () => {
    const { state, effects } = run(admitted, frame(0), analysed(true), frame(1));
    expect({ phase: state.phase, effects }).toEqual({ phase: 'deciding', effects: [] });
  });
});

describe('deadlines', () => {
  it.each<[SessionTimer, string, SessionEvent[]]>([
    ['admit', 'SERVER_TIMEOUT', []],
    ['frame', 'SERVER_TIMEOUT', [admitted]],
    ['session', 'SERVER_TIMEOUT', [admitted]],
    ['session', 'SERVER_RECOGNITION_FAILED', [admitted, frame(0), analysed()]],
    ['match', 'SERVER_TIMEOUT', [admitted, frame(0), analysed(true)]],
  ])('%s: %s', (timer, code, events) => {
    endsWith(code, ...events, deadline(timer));
  });

  it('stand still while another device is waited for', () => {
    const { state, effects } = run(admitted, transfer);
    expect(effects).toContainEqual({ type: 'clear-timer', timer: 'frame' });
    expect(effects).toContainEqual({ type: 'clear-timer', timer: 'session' });
    const expired = stepSession(state, deadline('transfer'));
    expect(expired.state.isTransferPending).toBe(false);
    expect(expired.effects).toContainEqual({ type: 'set-timer', timer: 'frame', delayMs: 2 });
  });

  it('of a lost connection end the session for whoever waits', () => {
    const { state, effects } = run(admitted, transfer, joined, lost('camera'), deadline('resume-camera'));
    expect(state.phase).toBe('ended');
    expect(sent(effects)).toEqual(['watcher:error']);
  });
});

describe('resuming and joining', () => {
  it('starts a new stream from sequence 0', () => {
    const { state } = run(admitted, frame(0), analysed(), lost(), resumed());
    expect(state).toMatchObject({ stream: 1, nextSequence: 0, lastCapturedAtMs: 0, frames: 1 });
  });

  it('does not wait for the frame of the stream before', () => {
    const { state } = run(admitted, frame(0), lost(), resumed());
    expect(state.phase).toBe('streaming');
    const next = stepSession(state, frame(0));
    expect(next.state.phase).toBe('analysing');
    expect(stepSession(next.state, analysed(true, 0)).effects).toEqual([]);
    expect(stepSession(next.state, analysed(true, 1)).state.phase).toBe('deciding');
  });

  it('forgets the frames of the first device when another joins', () => {
    const { state, effects } = run(admitted, frame(0), analysed(), transfer, joined);
    expect(effects).toContainEqual({ type: 'restart' });
    expect(state).toMatchObject({ watcher: 'open', stream: 1, phase: 'streaming' });
  });

  it('gives the JWT and the seed to the device that began alone', () => {
    const { effects } = run(admitted, transfer, joined, frame(0), analysed(true, 1), {
      type: 'decided',
      finished,
    });
    expect(effects).toContainEqual({ type: 'send', to: 'watcher', message: finished });
    const forPhone = { type: 'finished', keylessId: 'F' };
    expect(effects).toContainEqual({ type: 'send', to: 'camera', message: forPhone });
  });

  it('is offered no more by a session that failed, whatever is asked for beyond the limit', () => {
    const { state, effects } = run(admitted, transfer, transfer, transfer);
    expect(effects).toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ code: 'SERVER_UNPROCESSABLE_EVENT' }) }),
    );
    expect(state).toMatchObject({ phase: 'ended', isTransferPending: false });
    const failed: SessionEvent = { type: 'failed', failure: sessionFailure('SERVER_INTERNAL_ERROR') };
    const away = run(admitted, transfer, lost(), failed);
    expect(away.state).toMatchObject({ phase: 'undelivered', isTransferPending: false });
  });

  it('is refused to a token that is no longer offered', () => {
    expect(run(admitted, joined).effects).toEqual([]);
    expect(run(admitted, transfer, deadline('transfer'), joined).effects).toEqual([]);
  });
});

describe('any events in any order', () => {
  const role = fc.constantFrom('camera' as const, 'watcher' as const);
  const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.constantFrom(admitted, transfer, joined, analysed(true), analysed(), analysed(false, 1)),
    fc.constant<SessionEvent>({ type: 'decided', finished }),
    fc.constant<SessionEvent>({ type: 'failed', failure: sessionFailure('SERVER_INTERNAL_ERROR') }),
    fc.constant<SessionEvent>({ type: 'shut-down' }),
    fc.nat(4).map((sequence) => frame(sequence)),
    role.map(lost),
    role.map(resumed),
    role.map((each): SessionEvent => ({ type: 'cancelled', role: each })),
    role.map((each): SessionEvent => ({ type: 'confirmed', role: each })),
    fc
      .constantFrom<SessionTimer>(
        'admit',
        'frame',
        'session',
        'match',
        'transfer',
        'resume-camera',
        'resume-watcher',
      )
      .map(deadline),
  );

  it('end a session at most once, decide at most once, and never speak after the end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let { state } = openSession({ sessionId: 'S', subject, limits });
        const seen: SessionEffect[] = [];
        for (const event of [admitted, ...events]) {
          const step = stepSession(state, event);
          if (state.phase === 'ended') expect(step.effects).toEqual([]);
          seen.push(...step.effects);
          ({ state } = step);
          // A token that is offered for a session on its way out would keep it, and its device would hear nothing.
          if (state.isTransferPending) expect(['streaming', 'analysing']).toContain(state.phase);
        }
        const count = (type: SessionEffect['type']) => seen.filter((effect) => effect.type === type).length;
        expect(count('end')).toBe(state.phase === 'ended' ? 1 : 0);
        expect(count('decide')).toBeLessThanOrEqual(1);
        expect(count('analyse')).toBe(state.frames);
        expect(state.frames).toBeLessThanOrEqual(limits.maxFrames);
      }),
      { numRuns: 2_000 },
    );
  });
});
