import type { Logger } from 'pino';

/** Throws, or rejects, while what it looks at cannot be used. */
export type ReadinessProbe = () => Promise<void> | void;

export interface ReadinessReport {
  readonly ready: boolean;
  readonly status: 'ready' | 'unavailable' | 'draining';
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
  /** Names of the probes that failed, in the order they were added. */
  readonly failed: readonly string[];
}

export interface Readiness {
  /** `name` shows up in the answer of `/health/ready`: name the dependency, not its address. */
  add(name: string, probe: ReadinessProbe): void;
  /** From now on the service is not ready, whatever the probes say. */
  drain(): void;
  readonly draining: boolean;
  check(): Promise<ReadinessReport>;
}

export interface ReadinessOptions {
  /** A probe that takes longer counts as failed; 2000 by default. */
  readonly probeTimeoutMs?: number;
  readonly log?: Logger;
}

const withinTimeout = async (probe: ReadinessProbe, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([(async () => probe())(), timeout]);
  } finally {
    clearTimeout(timer);
  }
};

export const createReadiness = (options: ReadinessOptions = {}): Readiness => {
  const probes = new Map<string, ReadinessProbe>();
  const lastOutcome = new Map<string, boolean>();
  const timeoutMs = options.probeTimeoutMs ?? 2000;
  let draining = false;

  const run = async (name: string, probe: ReadinessProbe): Promise<boolean> => {
    let ok = true;
    let reason: unknown;
    try {
      await withinTimeout(probe, timeoutMs);
    } catch (error) {
      ok = false;
      reason = error;
    }
    // Only changes are logged: a probe runs every few seconds.
    if (lastOutcome.get(name) !== ok) {
      if (!ok) options.log?.warn({ probe: name, err: reason }, 'readiness probe failed');
      else if (lastOutcome.has(name)) options.log?.info({ probe: name }, 'readiness probe recovered');
      lastOutcome.set(name, ok);
    }
    return ok;
  };

  return {
    add(name, probe) {
      if (probes.has(name)) throw new Error(`readiness probe ${name} exists already`);
      probes.set(name, probe);
    },
    drain() {
      draining = true;
    },
    get draining() {
      return draining;
    },
    async check() {
      const names = [...probes.keys()];
      const outcomes = await Promise.all([...probes].map(([name, probe]) => run(name, probe)));
      const failed = names.filter((_, index) => !outcomes[index]);
      const ready = !draining && failed.length === 0;
      return {
        ready,
        status: draining ? 'draining' : ready ? 'ready' : 'unavailable',
        checks: Object.fromEntries(names.map((name, index) => [name, outcomes[index] ? 'ok' : 'failed'])),
        failed,
      };
    },
  };
};
