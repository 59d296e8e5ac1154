import { cpus } from 'node:os';
import { connectSyntheticUsers } from '@openrecognize/synthetic-users';
import { runClosedLoop } from './closed-loop.ts';
import type { LoadResult } from './load-result.ts';
import { runOpenLoop } from './open-loop.ts';
import { type LoadReport, measuresOf } from './report.ts';
import { type MemorySeries, memoryTrendOf, watchMemory } from './service-memory.ts';
import type { LoadSettings } from './settings.ts';
import { enrollSimulatedUser, type SimulatedUser } from './simulated-user.ts';
import { createStrangerMix } from './stranger-mix.ts';

/** What a run is told of its progress. */
export type Progress = (label: string, done: number, total: number) => void;

const PROBE_AUTHS_PER_USER = 30;
const SUSTAINED_SHARE = 0.8;
const FEWEST_MEMORY_POINTS = 8;
/** Of a short run; a long one has more. */
const MEMORY_POINTS = 40;

const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, Node ${process.versions.node}`;

const addCounts = (maps: readonly ReadonlyMap<string, number>[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const map of maps) for (const [key, count] of map) sums[key] = (sums[key] ?? 0) + count;
  return sums;
};

const reportOf = (
  title: string,
  startedAt: Date,
  result: LoadResult,
  circuits: LoadReport['circuits'],
  memory: readonly MemorySeries[],
): LoadReport => ({
  title,
  machine: machine(),
  startedAt: startedAt.toISOString(),
  elapsedMs: result.elapsedMs,
  measures: measuresOf(result),
  okCount: result.samples.length,
  refusedCount: result.refusedCount,
  failures: Object.fromEntries(result.failures),
  circuits,
  memory: memory.filter(({ points }) => points.length >= FEWEST_MEMORY_POINTS).map(memoryTrendOf),
});

/** Enrolls the users, warms up, then runs what the settings ask for. @throws RecognizeError when no user can be enrolled */
export const runBench = async (
  settings: LoadSettings,
  progress: Progress,
): Promise<readonly LoadReport[]> => {
  const synthetic = connectSyntheticUsers({ ...settings.target, connections: 256 });
  try {
    const users: SimulatedUser[] = [];
    for (let i = 0; i < settings.users; i++) {
      users.push(await enrollSimulatedUser(synthetic));
      progress('enroll', users.length, settings.users);
    }
    const mix = createStrangerMix(settings.strangerShare);
    const owners = createStrangerMix(0);
    if (settings.warmupCount > 0) {
      const plan = { authsPerUser: settings.warmupCount, concurrency: Math.min(8, users.length) };
      const total = plan.authsPerUser * users.length;
      await runClosedLoop(plan, users, owners, (done) => progress('warm-up', done, total));
    }
    const measure = async (
      title: string,
      run: () => Promise<LoadResult>,
      memory?: () => Promise<readonly MemorySeries[]>,
    ) => {
      const usedBefore = users.reduce((sum, { ledger }) => sum + ledger.usedCount, 0);
      const startedAt = new Date();
      const result = await run();
      const used = users.reduce((sum, { ledger }) => sum + ledger.usedCount, 0) - usedBefore;
      const violations = addCounts(users.map(({ ledger }) => ledger.violations));
      return reportOf(title, startedAt, result, { used, violations }, (await memory?.()) ?? []);
    };

    const { mode } = settings;
    const warm = `after ${settings.warmupCount} each to warm up`;
    if (mode.kind === 'closed') {
      const reports: LoadReport[] = [];
      for (const concurrency of mode.concurrencies) {
        const { authsPerUser } = mode;
        const title = `${users.length} users x ${authsPerUser} authentications, concurrency ${concurrency}, ${warm}`;
        const total = users.length * authsPerUser;
        const tell = (done: number) => progress(`concurrency ${concurrency}`, done, total);
        reports.push(
          await measure(title, () => runClosedLoop({ authsPerUser, concurrency }, users, mix, tell)),
        );
      }
      return reports;
    }
    const openLoop = async (
      ratePerSecond: number,
      durationSeconds: number,
      name: string,
      isWatched: boolean,
    ) => {
      const total = Math.round(ratePerSecond * durationSeconds);
      const tell = (done: number) => progress(name, done, total);
      const title = `${users.length} users, ${ratePerSecond.toFixed(1)} authentications a second for ${durationSeconds} s, ${warm}`;
      const watch = isWatched
        ? watchMemory(settings.metricsUrls, Math.min(2_000, (durationSeconds * 1_000) / MEMORY_POINTS))
        : undefined;
      return measure(
        title,
        () => runOpenLoop({ ratePerSecond, durationSeconds }, users, mix, tell),
        watch?.stop,
      );
    };
    if (mode.kind === 'open')
      return [await openLoop(mode.ratePerSecond, mode.durationSeconds, 'open loop', false)];
    let rate = mode.ratePerSecond;
    if (rate === undefined) {
      const plan = { authsPerUser: PROBE_AUTHS_PER_USER, concurrency: mode.concurrency };
      const total = plan.authsPerUser * users.length;
      const probe = await runClosedLoop(plan, users, owners, (done) => progress('probe', done, total));
      rate = SUSTAINED_SHARE * (probe.samples.length / probe.elapsedMs) * 1_000;
    }
    return [await openLoop(rate, mode.minutes * 60, 'soak', true)];
  } finally {
    await synthetic.close();
  }
};
