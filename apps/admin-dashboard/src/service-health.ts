import { type Static, Type } from 'typebox';

/** How a service is, from its own `/health/ready`. */
export const ServiceState = Type.Object({
  name: Type.String(),
  /** `unavailable`: it answers, but something it needs fails. `unreachable`: no answer in time, or none in its form. */
  state: Type.Union([
    Type.Literal('ready'),
    Type.Literal('unavailable'),
    Type.Literal('draining'),
    Type.Literal('unreachable'),
  ]),
  latencyMs: Type.Integer({ minimum: 0 }),
  /** What it looks at, by name. */
  checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean() })),
});
export type ServiceState = Static<typeof ServiceState>;

export interface HealthTarget {
  readonly name: string;
  /** Base URL. */
  readonly url: string;
}

const MAX_CHECKS = 32;
const states = ['ready', 'unavailable', 'draining'] as const;

const readReport = (body: unknown): Pick<ServiceState, 'state' | 'checks'> => {
  const { status, checks } = (body ?? {}) as { status?: unknown; checks?: unknown };
  const state = states.find((one) => one === status);
  if (state === undefined) return { state: 'unreachable', checks: [] };
  const entries = typeof checks === 'object' && checks !== null ? Object.entries(checks) : [];
  return {
    state,
    checks: entries.slice(0, MAX_CHECKS).map(([name, result]) => ({ name, ok: result === 'ok' })),
  };
};

/** Asks one service; never throws. */
export const checkService = async (
  target: HealthTarget,
  timeoutMs: number,
  now: () => number,
): Promise<ServiceState> => {
  const startMs = now();
  const report = await fetch(`${target.url.replace(/\/$/, '')}/health/ready`, {
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
    .then(async (response) => readReport(await response.json()))
    .catch(() => readReport(undefined));
  return { name: target.name, ...report, latencyMs: Math.round(now() - startMs) };
};
