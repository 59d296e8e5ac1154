import type { ServiceMetrics } from '@openrecognize/service-kit';
import type { Timings } from '../ports/timings.ts';

const STEP_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.008, 0.0125, 0.02, 0.035, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];
const EVALUATION_BUCKETS_SECONDS = [
  0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025,
];

/** The timings as Prometheus histograms. */
export const createServiceTimings = (metrics: ServiceMetrics): Timings => {
  const step = (name: string, help: string) =>
    metrics.histogram({ name, help, buckets: STEP_BUCKETS_SECONDS });
  const deviceAuth = step('openrecognize_device_auth_seconds', 'Step 1 of an authentication');
  const userAuth = metrics.histogram({
    name: 'openrecognize_user_auth_seconds',
    help: 'Step 2 of an authentication, by its result',
    labels: ['result'],
    buckets: STEP_BUCKETS_SECONDS,
  });
  const sendCircuit = step('openrecognize_send_circuit_seconds', 'Upload of a batch of circuits');
  const evaluation = metrics.histogram({
    name: 'openrecognize_circuit_evaluation_seconds',
    help: 'Hash check and evaluation of one circuit',
    buckets: EVALUATION_BUCKETS_SECONDS,
  });
  return {
    deviceAuth: (seconds) => deviceAuth.observe(seconds),
    userAuth: (seconds, result) => userAuth.observe({ result }, seconds),
    sendCircuit: (seconds) => sendCircuit.observe(seconds),
    evaluation: (seconds) => evaluation.observe(seconds),
  };
};
