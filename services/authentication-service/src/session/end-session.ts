import {
  closeCodeOf,
  type FinishedMessage,
  type ServerErrorMessage,
  WEB_SESSION_CLOSE,
} from '@openrecognize/contracts/ws';
import type {
  SessionEffect,
  SessionFailure,
  SessionRole,
  SessionState,
  SessionStep,
  SessionTimer,
} from './session-state.ts';

const timers: readonly SessionTimer[] = [
  'admit',
  'frame',
  'session',
  'match',
  'transfer',
  'resume-camera',
  'resume-watcher',
];

export const timersOff: readonly SessionEffect[] = timers.map((timer) => ({ type: 'clear-timer', timer }));

export const stay = (state: SessionState): SessionStep => ({ state, effects: [] });

/** WS-11: the JWT belongs to whoever began; a device that joined learns that it is done. */
const forRole = (
  { watcher }: SessionState,
  role: SessionRole,
  verdict: FinishedMessage | ServerErrorMessage,
): FinishedMessage | ServerErrorMessage =>
  verdict.type === 'finished' && role === 'camera' && watcher !== 'none'
    ? { type: 'finished', keylessId: verdict.keylessId }
    : verdict;

const tell = (
  state: SessionState,
  to: SessionRole,
  verdict: FinishedMessage | ServerErrorMessage,
): readonly SessionEffect[] => [
  { type: 'send', to, message: forRole(state, to, verdict) },
  {
    type: 'close',
    to,
    code: verdict.type === 'finished' ? WEB_SESSION_CLOSE.finished : closeCodeOf(verdict.code),
  },
];

/** The connection a verdict is for: the one that began. */
const addressee = ({ watcher }: SessionState): SessionRole => (watcher === 'none' ? 'camera' : 'watcher');

/** Nobody may join any more, whatever was offered before. */
export const end = (state: SessionState): SessionStep => ({
  state: { ...state, phase: 'ended', isTransferPending: false },
  effects: [...timersOff, { type: 'end' }],
});

/**
 * Tells the verdict to every open connection. Success waits until the one it is for confirms the close, and anything
 * waits for one that is away: it may resume and is told then.
 */
export const deliver = (state: SessionState, verdict: FinishedMessage | ServerErrorMessage): SessionStep => {
  const to = addressee(state);
  const isAway = to === 'camera' ? state.isCameraLost : state.watcher === 'lost';
  const told = [
    ...(state.isCameraLost ? [] : tell(state, 'camera', verdict)),
    ...(state.watcher === 'open' ? tell(state, 'watcher', verdict) : []),
  ];
  if (!isAway && verdict.type === 'error') {
    const { state: ended, effects } = end(state);
    return { state: ended, effects: [...told, ...effects] };
  }
  const delayMs = state.limits.resumeWindowMs;
  return {
    state: { ...state, phase: 'undelivered', verdict, isTransferPending: false },
    effects: [...timersOff, ...told, { type: 'set-timer', timer: `resume-${to}`, delayMs }],
  };
};

/** The peer has read everything that was sent before the close. */
export const confirm = (state: SessionState, role: SessionRole): SessionStep =>
  state.phase === 'undelivered' && role === addressee(state) ? end(state) : stay(state);

/** Ends with an error; `now` also when the one it is for is away. */
export const fail = (
  state: SessionState,
  failure: SessionFailure,
  when: 'delivered' | 'now' = 'delivered',
): SessionStep => {
  const error: ServerErrorMessage = { type: 'error', ...failure };
  if (when === 'delivered' && state.phase !== 'admitting') return deliver(state, error);
  const toCamera = state.isCameraLost ? [] : tell(state, 'camera', error);
  const toWatcher = state.watcher === 'open' ? tell(state, 'watcher', error) : [];
  const { state: ended, effects } = end(state);
  return { state: ended, effects: [...toCamera, ...toWatcher, ...effects] };
};
