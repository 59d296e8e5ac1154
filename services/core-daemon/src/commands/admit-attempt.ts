import {
  type EndpointOutput,
  isRecognizeError,
  type nodePersistenceEndpoints,
} from '@openrecognize/contracts';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 160;

export type AdmittedAttempt = EndpointOutput<typeof nodePersistenceEndpoints.startAttempt>;

/**
 * Registers an attempt under the lockout rule (spec 04 ZK-14), before its circuit is consumed. While other attempts of the user could still use up the failures
 * that are left, it waits for them, at most `busyWaitMs`.
 *
 * @throws RecognizeError LOCKED_OUT, AUTHENTICATION_BUSY, REPLAY_REFUSED, USER_NOT_FOUND, DEVICE_NOT_FOUND
 */
export const admitAttempt = async (
  { persistence, clock, settings }: Pick<CoreDaemonDeps, 'persistence' | 'clock' | 'settings'>,
  attempt: {
    readonly tenantId: number;
    readonly userId: string;
    readonly deviceId: string;
    readonly attemptId: string;
  },
  call: CallContext,
): Promise<AdmittedAttempt> => {
  const giveUpAtMs = clock.now() + settings.busyWaitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await persistence.startAttempt({ body: attempt }, call);
    } catch (error) {
      const isBusy = isRecognizeError(error) && error.code === 'AUTHENTICATION_BUSY';
      if (!isBusy || clock.now() + pauseMs > giveUpAtMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
};
