import type { ServiceMetrics } from '@openrecognize/service-kit';
import type { AttemptMetrics } from './commands/attempt-metrics.ts';

/** Counters of attempts and suspensions in the service's registry. */
export const createAttemptCounters = (metrics: ServiceMetrics): AttemptMetrics => {
  const attempts = metrics.counter({
    name: 'openrecognize_authentication_attempts_total',
    help: 'Authentication attempts by verdict, or by the reason why there is none',
    labels: ['outcome'],
  });
  const lockouts = metrics.counter({
    name: 'openrecognize_lockouts_total',
    help: 'Suspensions that began after too many failures',
  });
  return {
    attemptEnded: (outcome) => attempts.inc({ outcome }),
    lockoutBegan: () => lockouts.inc(),
  };
};
