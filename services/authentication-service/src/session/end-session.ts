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

/** The JWT belongs to whoever began; a device that joined learns that it is done. */
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

/** Tells the verdict to every open connection, and ends; without the one it is for, it waits for that to resume. */
export const deliver = (state: SessionState, verdict: FinishedMessage | ServerErrorMessage): SessionStep => {
  const isAway = state.watcher === 'none' ? state.isCameraLost : state.watcher === 'lost';
  const toCamera = state.isCameraLost ? [] : tell(state, 'camera', verdict);
  const toWatcher = state.watcher === 'open' ? tell(state, 'watcher', verdict) : [];
  if (isAway) {
    const off = timersOff.filter(
      (effect) => effect.type !== 'clear-timer' || !effect.timer.startsWith('resume-'),
    );
    return {
      // The camera of a watched session has its answer: it can't be lost any more.
      state: { ...state, phase: 'undelivered', verdict },
      effects: [...off, ...toCamera],
    };
  }
  return {
    state: { ...state, phase: 'ended' },
    effects: [...timersOff, ...toCamera, ...toWatcher, { type: 'end' }],
  };
};

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
  return {
    state: { ...state, phase: 'ended' },
    effects: [...timersOff, ...toCamera, ...toWatcher, { type: 'end' }],
  };
};
