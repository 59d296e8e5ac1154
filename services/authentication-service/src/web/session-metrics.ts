import type { WebSessionFlow } from '@openrecognize/contracts/ws';
import type { ServiceMetrics } from '@openrecognize/service-kit';

/** Measures of the web sessions of this process; docs/metrics.md has the list. */
export interface SessionMetrics {
  ended(flow: WebSessionFlow, outcome: string): void;
  frame(seconds: number, accepted: boolean): void;
  decision(flow: WebSessionFlow, seconds: number): void;
  refill(isWhole: boolean): void;
}

const silent: SessionMetrics = { ended: () => {}, frame: () => {}, decision: () => {}, refill: () => {} };

export const createSessionMetrics = (
  metrics: ServiceMetrics | undefined,
  openSessions: () => number,
): SessionMetrics => {
  if (metrics === undefined) return silent;
  metrics.gauge({
    name: 'openrecognize_web_sessions_open',
    help: 'Web sessions under way',
    collect: (gauge) => gauge.set(openSessions()),
  });
  const ended = metrics.counter({
    name: 'openrecognize_web_sessions_total',
    help: 'Web sessions that ended, by what they ended with',
    labels: ['flow', 'outcome'],
  });
  const frames = metrics.histogram({
    name: 'openrecognize_web_frame_seconds',
    help: 'Time from a frame to its results',
    labels: ['accepted'],
  });
  const decisions = metrics.histogram({
    name: 'openrecognize_web_decision_seconds',
    help: 'Time from stop-stream to the verdict',
    labels: ['flow'],
  });
  const refills = metrics.counter({
    name: 'openrecognize_web_refills_total',
    help: 'Refills of circuits behind a match of a web user',
    labels: ['outcome'],
  });
  return {
    ended: (flow, outcome) => ended.inc({ flow, outcome }),
    frame: (seconds, accepted) => frames.observe({ accepted: accepted ? 'yes' : 'no' }, seconds),
    decision: (flow, seconds) => decisions.observe({ flow }, seconds),
    refill: (isWhole) => refills.inc({ outcome: isWhole ? 'whole' : 'failed' }),
  };
};
