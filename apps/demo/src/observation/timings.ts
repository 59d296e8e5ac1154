import { type Static, Type } from 'typebox';
import type { DeviceStep, RequestTrace } from './exchange.ts';

const Milliseconds = Type.Number({ minimum: 0 });

/** Milliseconds as the client party measured them; a stage that did not happen is absent. */
export const Timings = Type.Object({
  pipelineMs: Type.Optional(Milliseconds),
  enrollmentMs: Type.Optional(Milliseconds),
  deviceAuthMs: Type.Optional(Milliseconds),
  userAuthMs: Type.Optional(Milliseconds),
  sendCircuitMs: Type.Optional(Milliseconds),
  verifyJwtMs: Type.Optional(Milliseconds),
});
export type Timings = Static<typeof Timings>;

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

/** Sums the round trips of each stage. */
export const timingsOf = (trace: RequestTrace): Timings => {
  const sumOf = (...steps: DeviceStep[]): number =>
    trace.exchanges.reduce((sum, { step, durationMs }) => (steps.includes(step) ? sum + durationMs : sum), 0);
  const verifyJwtMs = trace.operations
    .filter(({ operation }) => operation === 'verify-jwt')
    .reduce((sum, { durationMs }) => sum + durationMs, 0);
  const stages = {
    pipelineMs: trace.pipelineMs,
    enrollmentMs: sumOf('beginEnrollment', 'uploadEnrollmentCircuits', 'commitEnrollment'),
    deviceAuthMs: sumOf('beginAuthentication'),
    userAuthMs: sumOf('finishAuthentication'),
    sendCircuitMs: sumOf('uploadCircuits'),
    verifyJwtMs,
  };
  return Object.fromEntries(
    Object.entries(stages)
      .filter(([, ms]) => ms > 0)
      .map(([stage, ms]) => [stage, rounded(ms)]),
  );
};
