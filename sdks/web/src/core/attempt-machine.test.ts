import { describe, expect, it } from 'vitest';
import { beginStream, frameResults } from '../../test/fake-session-server.ts';
import { AttemptMachine } from './attempt-machine.ts';
import type { AttemptEffect, AttemptInput, JudgedFrame } from './attempt-messages.ts';
import { planConnection } from './connection-plan.ts';
import type { KeylessOptions } from './keyless-options.ts';

const OPTIONS: KeylessOptions = {
  customer: { name: 'acme' },
  username: 'ada',
  key: { id: 'k', value: 'AAAA' },
  ws: { url: 'wss://auth.example/' },
};

const WRAPPED = { id: 'k', wrapped: 'd3JhcHBlZA==' };
const GOOD: JudgedFrame = { filters: [], faces: [], width: 640, height: 480, capturedAtMs: 1_100 };

/** A machine with what it wants done, by name. */
function startMachine(options: KeylessOptions = OPTIONS) {
  const { plan } = planConnection('auth', options);
  if (plan === undefined) throw new Error('options');
  const machine = new AttemptMachine(plan);
  let link = 1;
  let nowMs = 1_000;
  let last = machine.start();
  const give = (input: AttemptInput): AttemptEffect[] => {
    last = machine.handle(input, nowMs);
    link = last.find((effect) => effect.do === 'prepare-key')?.link ?? link;
    return last;
  };
  const connect = () => {
    give({ type: 'key-ready', link, key: WRAPPED });
    return give({ type: 'socket-open', link });
  };
  const tell = (message: unknown) =>
    give({
      type: 'socket-message',
      link,
      text: typeof message === 'string' ? message : JSON.stringify(message),
    });
  return {
    machine,
    give,
    connect,
    tell,
    close: (code: number) => give({ type: 'socket-closed', link, code }),
    error: () => give({ type: 'socket-error', link }),
    at: (ms: number) => {
      nowMs = ms;
    },
    get last() {
      return last;
    },
    get link() {
      return link;
    },
    begin: () => {
      connect();
      return tell(beginStream());
    },
    /** Judges and seals the frame that was asked for. */
    sendFrame: (effects: readonly AttemptEffect[], frame = GOOD) => {
      const capture = captureOf(effects);
      give({ type: 'frame-judged', capture, frame });
      return give({ type: 'frame-sealed', capture, bytes: new Uint8Array(1) });
    },
  };
}

const names = (effects: readonly AttemptEffect[]): string[] =>
  effects.map((effect) => (effect.do === 'emit' ? `emit ${effect.name}` : effect.do));
const captureOf = (effects: readonly AttemptEffect[]): number =>
  effects.find((effect) => effect.do === 'capture')?.capture ?? Number.NaN;
const codeOf = (effects: readonly AttemptEffect[]): string | undefined => {
  const emitted = effects.find(
    ({ do: what, ...rest }) => what === 'emit' && 'event' in rest && rest.event instanceof Error,
  );
  return emitted?.do === 'emit' && emitted.event instanceof Error ? emitted.event.message : undefined;
};
const timerOf = (effects: readonly AttemptEffect[], timer: string): number | undefined =>
  effects.find((effect) => effect.do === 'start-timer' && effect.timer === timer && effect.afterMs > 0) &&
  effects.flatMap((effect) =>
    effect.do === 'start-timer' && effect.timer === timer ? [effect.afterMs] : [],
  )[0];

describe('the course of an attempt', () => {
  it('makes a key, connects, and says hello with what the options ask for', () => {
    const run = startMachine({
      ...OPTIONS,
      authorization: { token: 't' },
      transaction: { data: 'pay 5' },
      operation: { id: 'op' },
      seedEntropy: true,
    });
    expect(names(run.last)).toEqual(['start-timer', 'prepare-key']);
    expect(names(run.give({ type: 'key-ready', link: 1, key: WRAPPED }))).toEqual(['connect']);
    const opened = run.give({ type: 'socket-open', link: 1 });
    expect(names(opened)).toEqual(['emit ws-open', 'send', 'start-timer']);
    expect(opened[1]).toMatchObject({
      message: {
        type: 'hello',
        version: 1,
        flow: 'auth',
        customer: { name: 'acme' },
        username: 'ada',
        authorization: { token: 't' },
        operation: { id: 'op' },
        transaction: { data: 'pay 5' },
        seedEntropy: true,
        key: WRAPPED,
        encoding: 'jpeg',
      },
    });
    expect(JSON.stringify(opened[1])).not.toContain('cameraFlash');
  });

  it('has one frame in flight: no capture before the verdict on the last', () => {
    const run = startMachine();
    const sent = run.sendFrame(run.begin());
    expect(names(sent)).toEqual(['send-frame', 'start-timer']);
    run.at(1_150);
    const answered = run.tell(frameResults(0));
    expect(names(answered)).toEqual(['emit frame-results', 'stop-timer', 'start-timer']);
    // Ten frames a second at most: the rest of 100 ms since the capture at 1,100.
    expect(timerOf(answered, 'pause')).toBe(50);
    expect(names(run.give({ type: 'timer', timer: 'pause' }))).toEqual(['capture']);
  });

  it('binds each frame to its session, subject, sequence and moment', () => {
    const run = startMachine({ ...OPTIONS, transaction: { data: 'pay 5' } });
    const first = run.begin();
    const sealed = run.give({ type: 'frame-judged', capture: captureOf(first), frame: GOOD });
    expect(sealed.find((effect) => effect.do === 'seal')).toMatchObject({
      header: { encoding: 'jpeg', sequence: 0, capturedAtMs: 100, flashStep: 0, width: 640, height: 480 },
      context: {
        sessionId: 'AAAAAAAAAAAAAAAAAAAAAA',
        stream: 0,
        flow: 'auth',
        customer: 'acme',
        username: 'ada',
        transactionData: 'pay 5',
        operationId: undefined,
      },
    });
  });

  it('keeps a frame that the page filters refuse in the page, and looks again', () => {
    const run = startMachine();
    const filters = [{ name: 'FaceAbsent', triggered: true, value: 0, threshold: 0.6 }] as const;
    const capture = captureOf(run.begin());
    const judged = run.give({ type: 'frame-judged', capture, frame: { ...GOOD, filters } });
    expect(names(judged)).toEqual(['emit video-frame-quality', 'start-timer']);
    expect(names(run.give({ type: 'timer', timer: 'pause' }))).toEqual(['capture']);
  });

  it('drops the frame in the works when the server has enough', () => {
    const run = startMachine();
    const capture = captureOf(run.begin());
    expect(names(run.tell({ type: 'stop-stream' }))).toContain('emit stop-stream');
    expect(run.give({ type: 'frame-judged', capture, frame: GOOD })).toEqual([]);
  });

  it('finishes with the JWT under every name it has had', () => {
    const run = startMachine();
    run.begin();
    run.tell({ type: 'stop-stream' });
    const done = run.tell({ type: 'finished', keylessId: 'AB', jwt: 'j.w.t', seedEntropy: 'c2VlZA==' });
    expect(names(done)).toEqual(['emit finished', 'stop-timer', 'close', 'release']);
    const event = done.find((effect) => effect.do === 'emit')?.event;
    const aliases = { jwt: 'j.w.t', JWT: 'j.w.t', transactionJwt: 'j.w.t', transactionJWT: 'j.w.t' };
    expect(event).toMatchObject({
      ...aliases,
      data: aliases,
      detail: { ...aliases, seedEntropy: 'c2VlZA==' },
    });
    expect(run.machine.hasEnded).toBe(true);
  });

  it('waits for the screen and the camera after each new colour', () => {
    const run = startMachine({ ...OPTIONS, cameraFlash: true });
    run.connect();
    const begun = run.tell(beginStream({ flash: { step: 0, colour: '#ff0000' } }));
    expect(names(begun)).toContain('emit flash');
    expect(timerOf(begun, 'pause')).toBe(250);
    expect(run.machine.flash).toEqual({ step: 0, colour: '#ff0000' });
    run.sendFrame(run.give({ type: 'timer', timer: 'pause' }));
    const next = run.tell(frameResults(0, [], { flash: { step: 1, colour: '#00ff00' } }));
    expect(timerOf(next, 'pause')).toBe(250);
    const judged = run.give({
      type: 'frame-judged',
      capture: captureOf(run.give({ type: 'timer', timer: 'pause' })),
      frame: GOOD,
    });
    expect(judged.find((effect) => effect.do === 'seal')).toMatchObject({
      header: { flashStep: 1, sequence: 1 },
    });
  });

  it('cancels without an event when it is disposed of', () => {
    const run = startMachine();
    run.begin();
    const effects = run.machine.dispose();
    expect(names(effects)).toEqual(['send', 'stop-timer', 'close', 'release']);
    expect(effects[0]).toMatchObject({ message: { type: 'cancel' } });
    expect(run.machine.dispose()).toEqual([]);
  });
});

describe('messages out of order', () => {
  const violations: readonly [string, (run: ReturnType<typeof startMachine>) => void, unknown][] = [
    ['frame-results before begin-stream', (run) => run.connect(), frameResults(0)],
    ['frame-results without a frame', (run) => run.begin(), frameResults(0)],
    ['frame-results of another frame', (run) => run.sendFrame(run.begin()), frameResults(1)],
    ['a second begin-stream', (run) => run.begin(), beginStream()],
    ['stop-stream before begin-stream', (run) => run.connect(), { type: 'stop-stream' }],
    ['finished before stop-stream', (run) => run.begin(), { type: 'finished', keylessId: 'AB' }],
    [
      'a transfer nobody asked for',
      (run) => run.begin(),
      { type: 'transfer', token: 't', expiresInSeconds: 1 },
    ],
    ['transfer-joined before begin-stream', (run) => run.connect(), { type: 'transfer-joined' }],
  ];

  for (const [what, prepare, message] of violations) {
    it(`ends the attempt at ${what}`, () => {
      const run = startMachine();
      prepare(run);
      expect(codeOf(run.tell(message))).toBe('WEB_SOCKET_MESSAGE_SET_UNSET');
      expect(run.machine.hasEnded).toBe(true);
    });
  }
});

describe('a connection that fails', () => {
  it('is WEB_SOCKET_OPEN when it never opened', () => {
    const run = startMachine();
    run.give({ type: 'key-ready', link: 1, key: WRAPPED });
    const failed = run.error();
    expect(names(failed)).toContain('emit ws-error');
    expect(codeOf(failed)).toBe('WEB_SOCKET_OPEN');
  });

  it('is WEB_SOCKET_ERROR when it breaks before the stream, without a session to resume', () => {
    const run = startMachine();
    run.connect();
    expect(codeOf(run.error())).toBe('WEB_SOCKET_ERROR');
  });

  it('is WEB_SOCKET_UNEXPECTED_CLOSE when the server leaves without a word', () => {
    const run = startMachine();
    run.connect();
    const closed = run.close(1011);
    expect(codeOf(closed)).toBe('WEB_SOCKET_UNEXPECTED_CLOSE');
    expect(names(closed)).toContain('emit ws-close');
  });

  it('is WEB_SOCKET_TIMEOUT when an answer is late', () => {
    const run = startMachine({ ...OPTIONS, wsTimeout: 2_000 });
    expect(timerOf(run.connect(), 'answer')).toBe(2_000);
    expect(codeOf(run.give({ type: 'timer', timer: 'answer' }))).toBe('WEB_SOCKET_TIMEOUT');
  });

  it('says VIDEO_ELEMENT_UNSET when the session passes without a picture', () => {
    const run = startMachine();
    run.begin();
    expect(codeOf(run.give({ type: 'timer', timer: 'session' }))).toBe('VIDEO_ELEMENT_UNSET');
  });

  it('resumes a lost stream with a fresh key and counts its frames from 0 again', () => {
    const run = startMachine();
    run.sendFrame(run.begin());
    run.tell(frameResults(0));
    const lost = run.close(1006);
    expect(names(lost)).toEqual(['emit ws-close', 'stop-timer', 'start-timer', 'start-timer', 'prepare-key']);
    expect(timerOf(lost, 'resume-window')).toBe(10_000);
    const opened = run.connect();
    expect(opened.find((effect) => effect.do === 'send')).toMatchObject({
      message: { type: 'resume', sessionId: 'AAAAAAAAAAAAAAAAAAAAAA', token: 'B'.repeat(43), key: WRAPPED },
    });
    const begun = run.tell(beginStream({ stream: 1 }));
    expect(names(begun)).not.toContain('emit begin-stream');
    const judged = run.give({ type: 'frame-judged', capture: captureOf(begun), frame: GOOD });
    expect(judged.find((effect) => effect.do === 'seal')).toMatchObject({
      header: { sequence: 0 },
      context: { stream: 1 },
    });
  });

  it('ignores what the lost connection still delivers', () => {
    const run = startMachine();
    run.begin();
    run.close(1006);
    expect(run.give({ type: 'socket-message', link: 1, text: '{"type":"stop-stream"}' })).toEqual([]);
  });

  it('tries again until the window closes, then gives up', () => {
    const run = startMachine();
    run.begin();
    run.close(1006);
    run.give({ type: 'key-ready', link: run.link, key: WRAPPED });
    expect(names(run.close(1006))).toContain('start-timer');
    expect(names(run.give({ type: 'timer', timer: 'pause' }))).toContain('prepare-key');
    expect(codeOf(run.give({ type: 'timer', timer: 'resume-window' }))).toBe('WEB_SOCKET_UNEXPECTED_CLOSE');
  });

  it('takes a verdict that fell into the gap', () => {
    const run = startMachine();
    run.begin();
    run.tell({ type: 'stop-stream' });
    run.close(1006);
    run.connect();
    expect(names(run.tell({ type: 'finished', keylessId: 'AB' }))).toContain('emit finished');
  });

  it('does not come back to a session the server closed on purpose', () => {
    const run = startMachine();
    run.begin();
    expect(codeOf(run.close(4009))).toBe('WEB_SOCKET_UNEXPECTED_CLOSE');
  });
});

describe('another device', () => {
  it('is given a token, and the page follows once it joined', () => {
    const run = startMachine();
    const capture = captureOf(run.begin());
    expect(run.give({ type: 'transfer-wanted' })).toEqual([
      { do: 'send', message: { type: 'request-transfer' } },
    ]);
    expect(names(run.tell({ type: 'transfer', token: 'tok', expiresInSeconds: 180 }))).toContain(
      'settle-transfer',
    );
    expect(names(run.tell({ type: 'transfer-joined' }))).toContain('emit transfer-joined');
    expect(run.give({ type: 'frame-judged', capture, frame: GOOD })).toEqual([]);
    expect(names(run.tell(frameResults(7)))).toEqual(['emit frame-results']);
    run.tell({ type: 'stop-stream' });
    expect(names(run.tell({ type: 'finished', keylessId: 'AB', jwt: 'j' }))).toContain('emit finished');
  });

  it('joins with the token alone and learns for whom it works', () => {
    const { customer: _customer, username: _username, ...address } = OPTIONS;
    const run = startMachine({ ...address, transfer: { token: 'tok' } });
    const opened = run.connect();
    expect(opened.find((effect) => effect.do === 'send')).toMatchObject({
      message: { type: 'join', token: 'tok' },
    });
    const subject = { flow: 'enroll', customer: { name: 'acme' }, username: 'ada' } as const;
    const begun = run.tell(beginStream({ subject }));
    expect(begun.find((effect) => effect.do === 'emit')?.event).toMatchObject({
      subject: { flow: 'enroll', customerName: 'acme', username: 'ada' },
    });
    const judged = run.give({ type: 'frame-judged', capture: captureOf(begun), frame: GOOD });
    expect(judged.find((effect) => effect.do === 'seal')).toMatchObject({
      context: { flow: 'enroll', username: 'ada' },
    });
  });

  it('gets no token when the connection is lost before the answer', () => {
    const run = startMachine();
    run.begin();
    run.give({ type: 'transfer-wanted' });
    const lost = run.close(1006);
    const settled = lost.find((effect) => effect.do === 'settle-transfer')?.transfer;
    expect(settled).toMatchObject({ message: 'WEB_SOCKET_UNEXPECTED_CLOSE' });
    run.connect();
    run.tell(beginStream({ stream: 1 }));
    expect(names(run.give({ type: 'transfer-wanted' }))).toEqual(['send']);
  });

  it('gets no token before there is a stream', () => {
    const run = startMachine();
    expect(run.give({ type: 'transfer-wanted' })[0]).toMatchObject({ do: 'settle-transfer' });
  });
});
