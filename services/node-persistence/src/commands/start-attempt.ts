import {
  type EndpointOutput,
  RecognizeError,
  type startAttempt as startAttemptEndpoint,
} from '@openrecognize/contracts';
import type { DeviceKey, StartAttemptOutcome } from '../ports/attempt-store.ts';
import type { CommandContext } from './command-context.ts';
import { lockoutRemainingSeconds } from './lockout-remaining.ts';

/** An attempt in flight ends within milliseconds; a second later a place is free, or the user is locked out. */
const BUSY_RETRY_AFTER_SECONDS = 1;

const refusal = (
  started: Exclude<StartAttemptOutcome, { outcome: 'started' }>,
  nowMs: number,
): RecognizeError => {
  switch (started.outcome) {
    case 'user-not-found':
      return new RecognizeError('USER_NOT_FOUND');
    case 'device-not-found':
      return new RecognizeError('DEVICE_NOT_FOUND');
    case 'replayed':
      return new RecognizeError('REPLAY_REFUSED');
    case 'busy':
      return new RecognizeError('AUTHENTICATION_BUSY', {
        details: { retryAfterSeconds: BUSY_RETRY_AFTER_SECONDS },
      });
    case 'locked-out': {
      const seconds = lockoutRemainingSeconds(started.lockedUntilMs, nowMs);
      return new RecognizeError('LOCKED_OUT', {
        details: { lockoutRemainingSeconds: seconds, retryAfterSeconds: seconds },
      });
    }
  }
};

/**
 * @throws RecognizeError USER_NOT_FOUND; DEVICE_NOT_FOUND; LOCKED_OUT with `lockoutRemainingSeconds`;
 *   AUTHENTICATION_BUSY; REPLAY_REFUSED if the attempt id is known
 */
export const startAttempt = async (
  { store, nowMs, attemptTtlMs, metrics }: CommandContext,
  key: DeviceKey,
  attemptId: string,
): Promise<EndpointOutput<typeof startAttemptEndpoint>> => {
  const now = nowMs();
  const started = await store.startAttempt(key, attemptId, now, attemptTtlMs);
  if (started.outcome !== 'started') {
    const { outcome } = started;
    if (outcome === 'locked-out' && started.lockoutBegan) metrics.lockoutBegan();
    if (outcome === 'locked-out' || outcome === 'busy' || outcome === 'replayed')
      metrics.attemptEnded(outcome);
    throw refusal(started, now);
  }
  const { externalUserId, codeBits, threshold } = started;
  return { ...(externalUserId === undefined ? {} : { externalUserId }), codeBits, threshold };
};
