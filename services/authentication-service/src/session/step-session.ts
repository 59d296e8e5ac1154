import {
  type BeginStreamMessage,
  closeCodeOf,
  type FlashStep,
  type ServerErrorMessage,
  WEB_SESSION_CLOSE,
} from '@openrecognize/contracts/ws';
import { confirm, deliver, end, fail, stay, timersOff } from './end-session.ts';
import { recognitionFailure, sessionFailure } from './session-failure.ts';
import type {
  SessionEffect,
  SessionEvent,
  SessionFailure,
  SessionRole,
  SessionState,
  SessionStep,
  SessionTimer,
} from './session-state.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

const setTimer = (timer: SessionTimer, delayMs: number): SessionEffect => ({
  type: 'set-timer',
  timer,
  delayMs,
});

/** A frame is awaited: not while a transfer is under way, which has a timer of its own. */
const awaitFrame = ({ isTransferPending, limits }: SessionState): readonly SessionEffect[] =>
  isTransferPending ? [] : [setTimer('frame', limits.frameTimeoutMs)];

/** The next colour; steps are one byte, and there are fewer frames than that. */
const nextFlash = ({ flash }: SessionState, colour: string | undefined): FlashStep | undefined =>
  colour === undefined ? flash : { step: flash === undefined ? 0 : flash.step + 1, colour };

const beginStream = (state: SessionState, resumeToken: string, hasJoined: boolean): BeginStreamMessage => {
  const { limits, flash } = state;
  return {
    type: 'begin-stream',
    sessionId: state.sessionId,
    resumeToken,
    stream: state.stream,
    limits: {
      maxFrameBytes: limits.maxFrameBytes,
      frameTimeoutMs: limits.frameTimeoutMs,
      sessionTimeoutMs: limits.sessionTimeoutMs,
      maxFramesPerSecond: limits.maxFramesPerSecond,
    },
    ...(flash === undefined ? {} : { flash }),
    ...(hasJoined ? { subject: state.subject } : {}),
  };
};

const admit = (state: SessionState, event: EventOf<'admitted'>): SessionStep => {
  if (state.phase !== 'admitting') return stay(state);
  const flash = nextFlash(state, event.flashColour);
  const next: SessionState = { ...state, phase: 'streaming', ...(flash === undefined ? {} : { flash }) };
  return {
    state: next,
    effects: [
      { type: 'clear-timer', timer: 'admit' },
      { type: 'send', to: 'camera', message: beginStream(next, event.resumeToken, false) },
      setTimer('session', state.limits.sessionTimeoutMs),
      ...awaitFrame(next),
    ],
  };
};

const flashColourOf = (state: SessionState, step: number): string | undefined =>
  [state.flash, state.flashBefore].find((flash) => flash?.step === step)?.colour;

/** WS-3: the very next sequence, a colour this session showed last, a clock that does not run backwards. */
const isInOrder = (state: SessionState, { header }: EventOf<'frame'>): boolean =>
  header.sequence === state.nextSequence &&
  header.capturedAtMs >= state.lastCapturedAtMs &&
  (state.flash === undefined ? header.flashStep === 0 : flashColourOf(state, header.flashStep) !== undefined);

const takeFrame = (state: SessionState, event: EventOf<'frame'>): SessionStep => {
  // A frame that crossed `stop-stream` or the verdict on its way is no fault of the client.
  if (state.phase === 'deciding' || state.phase === 'undelivered' || state.phase === 'ended') {
    return stay(state);
  }
  if (state.phase !== 'streaming' || !isInOrder(state, event)) {
    return fail(state, sessionFailure('SERVER_UNPROCESSABLE_EVENT'));
  }
  const { header } = event;
  const flashColour = flashColourOf(state, header.flashStep);
  return {
    state: {
      ...state,
      phase: 'analysing',
      nextSequence: state.nextSequence + 1,
      lastCapturedAtMs: header.capturedAtMs,
      frames: state.frames + 1,
    },
    effects: [
      { type: 'clear-timer', timer: 'frame' },
      { type: 'analyse', header, ...(flashColour === undefined ? {} : { flashColour }) },
    ],
  };
};

const decide = (state: SessionState): SessionStep => ({
  state: { ...state, phase: 'deciding', isTransferPending: false },
  effects: [
    { type: 'clear-timer', timer: 'session' },
    { type: 'clear-timer', timer: 'transfer' },
    { type: 'send', to: 'camera', message: { type: 'stop-stream' } },
    { type: 'send', to: 'watcher', message: { type: 'stop-stream' } },
    setTimer('match', state.limits.matchTimeoutMs),
    { type: 'decide' },
  ],
});

const showResults = (state: SessionState, event: EventOf<'analysed'>): SessionStep => {
  const { outcome, flashColour } = event;
  if (state.phase !== 'analysing' || event.stream !== state.stream) return stay(state);
  const { filters, accepted, isEnough } = outcome;
  const flash = isEnough ? undefined : nextFlash(state, flashColour);
  const isNewFlash = flash !== undefined && flash !== state.flash;
  const next: SessionState = {
    ...state,
    phase: 'streaming',
    triggered: filters.filter(({ triggered }) => triggered).map(({ name }) => name),
    ...(isNewFlash ? { flash, ...(state.flash === undefined ? {} : { flashBefore: state.flash }) } : {}),
  };
  const message = {
    type: 'frame-results',
    sequence: state.nextSequence - 1,
    filters,
    accepted,
    ...(isNewFlash ? { flash } : {}),
  } as const;
  const results: readonly SessionEffect[] = [
    { type: 'send', to: 'camera', message },
    { type: 'send', to: 'watcher', message },
  ];
  const then = isEnough
    ? decide(next)
    : next.frames >= next.limits.maxFrames
      ? fail(next, recognitionFailure(next.triggered))
      : { state: next, effects: next.isCameraLost ? [] : awaitFrame(next) };
  return { state: then.state, effects: [...results, ...then.effects] };
};

const lose = (state: SessionState, role: SessionRole): SessionStep => {
  const { phase, limits } = state;
  // Nobody but this connection knows the session yet.
  if (phase === 'admitting') return end(state);
  if (role === 'watcher') {
    return {
      state: { ...state, watcher: 'lost' },
      effects: [setTimer('resume-watcher', limits.resumeWindowMs)],
    };
  }
  return {
    state: { ...state, isCameraLost: true },
    effects: [{ type: 'clear-timer', timer: 'frame' }, setTimer('resume-camera', limits.resumeWindowMs)],
  };
};

/** Anew under a fresh key: sequence and clock start over, and the stream number keeps old frames out. */
const nextStream = (state: SessionState): SessionState => ({
  ...state,
  // The result of a frame of the stream before is not waited for.
  phase: state.phase === 'analysing' ? 'streaming' : state.phase,
  stream: state.stream + 1,
  nextSequence: 0,
  lastCapturedAtMs: 0,
  isCameraLost: false,
});

const resumeWatcher = (state: SessionState): SessionStep => {
  const next: SessionState = { ...state, watcher: 'open' };
  const effects: readonly SessionEffect[] = [
    { type: 'clear-timer', timer: 'resume-watcher' },
    { type: 'send', to: 'watcher', message: { type: 'transfer-joined' } },
  ];
  if (state.verdict === undefined) return { state: next, effects };
  const delivered = deliver(next, state.verdict);
  return { state: delivered.state, effects: [...effects, ...delivered.effects] };
};

const resume = (state: SessionState, { role, resumeToken }: EventOf<'resumed'>): SessionStep => {
  if (state.phase === 'admitting') return stay(state);
  const resumes = state.resumes + 1;
  if (resumes > state.limits.maxResumes) {
    const back: SessionState =
      role === 'camera' ? { ...state, isCameraLost: false } : { ...state, watcher: 'open' };
    return fail(back, sessionFailure('SERVER_UNPROCESSABLE_EVENT'), 'now');
  }
  if (role === 'watcher') return resumeWatcher({ ...state, resumes });
  const next = { ...nextStream(state), resumes };
  if (state.verdict !== undefined) return deliver(next, state.verdict);
  const isStreaming = next.phase === 'streaming';
  return {
    state: next,
    effects: [
      { type: 'clear-timer', timer: 'resume-camera' },
      { type: 'send', to: 'camera', message: beginStream(next, resumeToken, state.watcher !== 'none') },
      ...(isStreaming ? awaitFrame(next) : []),
      ...(state.phase === 'deciding'
        ? [{ type: 'send', to: 'camera', message: { type: 'stop-stream' } } as const]
        : []),
    ],
  };
};

const offerTransfer = (state: SessionState, { role, token }: EventOf<'transfer-requested'>): SessionStep => {
  const { phase, limits, transfers, watcher } = state;
  if (phase === 'deciding' || phase === 'undelivered' || phase === 'ended') return stay(state);
  const isAllowed = role === 'camera' && watcher === 'none' && transfers < limits.maxTransfers;
  if (phase === 'admitting' || !isAllowed) return fail(state, sessionFailure('SERVER_UNPROCESSABLE_EVENT'));
  const expiresInSeconds = limits.transferTokenSeconds;
  return {
    state: { ...state, isTransferPending: true, transfers: transfers + 1 },
    effects: [
      { type: 'clear-timer', timer: 'frame' },
      { type: 'clear-timer', timer: 'session' },
      setTimer('transfer', expiresInSeconds * 1_000),
      { type: 'send', to: 'camera', message: { type: 'transfer', token, expiresInSeconds } },
    ],
  };
};

const join = (state: SessionState, { resumeToken }: EventOf<'joined'>): SessionStep => {
  const canJoin = state.isTransferPending && (state.phase === 'streaming' || state.phase === 'analysing');
  if (!canJoin) return stay(state);
  const { isCameraLost, limits } = state;
  const next: SessionState = {
    ...nextStream(state),
    phase: 'streaming',
    isTransferPending: false,
    watcher: isCameraLost ? 'lost' : 'open',
    triggered: [],
  };
  return {
    state: next,
    effects: [
      { type: 'restart' },
      { type: 'clear-timer', timer: 'transfer' },
      { type: 'clear-timer', timer: 'resume-camera' },
      { type: 'send', to: 'watcher', message: { type: 'transfer-joined' } },
      ...(isCameraLost ? [setTimer('resume-watcher', limits.resumeWindowMs)] : []),
      { type: 'send', to: 'camera', message: beginStream(next, resumeToken, true) },
      setTimer('session', limits.sessionTimeoutMs),
      ...awaitFrame(next),
    ],
  };
};

/** The device that gave up is told nothing; the other one learns that nobody is there any more. */
const cancel = (state: SessionState, role: SessionRole): SessionStep => {
  const others: readonly SessionEffect[] =
    state.watcher === 'none'
      ? []
      : leaveOther(role === 'camera' ? 'watcher' : 'camera', sessionFailure('SERVER_TIMEOUT'));
  return {
    state: { ...state, phase: 'ended', isTransferPending: false },
    effects: [
      ...timersOff,
      { type: 'close', to: role, code: WEB_SESSION_CLOSE.finished },
      ...others,
      { type: 'end' },
    ],
  };
};

const leaveOther = (to: SessionRole, failure: SessionFailure): readonly SessionEffect[] => {
  const message: ServerErrorMessage = { type: 'error', ...failure };
  return [
    { type: 'send', to, message },
    { type: 'close', to, code: closeCodeOf(failure.code) },
  ];
};

const onDeadline = (state: SessionState, timer: SessionTimer): SessionStep => {
  switch (timer) {
    case 'session':
      return fail(
        state,
        state.frames === 0 ? sessionFailure('SERVER_TIMEOUT') : recognitionFailure(state.triggered),
      );
    case 'transfer':
      return state.isTransferPending
        ? {
            state: { ...state, isTransferPending: false },
            effects: [
              setTimer('session', state.limits.sessionTimeoutMs),
              ...(state.phase === 'streaming' && !state.isCameraLost
                ? [setTimer('frame', state.limits.frameTimeoutMs)]
                : []),
            ],
          }
        : stay(state);
    case 'resume-camera':
    case 'resume-watcher':
      if (state.phase === 'undelivered') return end(state);
      // Whoever waits for the lost one has waited long enough; a verdict nobody fetched is forgotten.
      return fail(state, sessionFailure('SERVER_TIMEOUT'), 'now');
    default:
      return fail(state, sessionFailure('SERVER_TIMEOUT'));
  }
};

/**
 * One step of a session: pure, total, and deaf to everything after its end. Order violations become
 * `SERVER_UNPROCESSABLE_EVENT` (spec 07 WS-2).
 */
export const stepSession = (state: SessionState, event: SessionEvent): SessionStep => {
  if (state.phase === 'ended') return stay(state);
  switch (event.type) {
    case 'admitted':
      return admit(state, event);
    case 'frame':
      return takeFrame(state, event);
    case 'analysed':
      return showResults(state, event);
    case 'decided':
      return state.phase === 'deciding' ? deliver(state, event.finished) : stay(state);
    case 'failed':
      return state.phase === 'undelivered' ? stay(state) : fail(state, event.failure);
    case 'lost':
      return lose(state, event.role);
    case 'confirmed':
      return confirm(state, event.role);
    case 'resumed':
      return resume(state, event);
    case 'transfer-requested':
      return offerTransfer(state, event);
    case 'joined':
      return join(state, event);
    case 'cancelled':
      return cancel(state, event.role);
    case 'deadline':
      return onDeadline(state, event.timer);
    case 'shut-down':
      return fail(state, sessionFailure('SERVER_UNAVAILABLE_SERVICE'), 'now');
  }
};
