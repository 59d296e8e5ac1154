/** Memory of one service over a run. */
export interface MemorySeries {
  readonly service: string;
  /** Seconds since the start, and resident bytes. */
  readonly points: readonly { readonly seconds: number; readonly bytes: number }[];
}

export interface MemoryTrend {
  readonly service: string;
  readonly firstMebibytes: number;
  readonly lastMebibytes: number;
  /** From the lowest value in the first quarter of the second half to that in its last, as a share of their mean. */
  readonly growth: number;
  readonly isFlat: boolean;
}

const MEBIBYTE = 1024 * 1024;
const QUARTERS = 4;
/** Rise of the lowest value from quarter to quarter, as a share of the mean, that is no noise. */
export const MAX_STEP = 0.01;

/** Resident memory out of a Prometheus text; undefined where it has none. */
export const residentBytesOf = (metrics: string): number | undefined => {
  const match = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(metrics);
  return match ? Number(match[1]) : undefined;
};

/**
 * Whether memory stayed flat. The first half is left out: caches fill and the compiler settles there. Of each quarter of
 * the second half the lowest value counts, because what lies above is garbage on its way. Memory grows when that floor
 * rises by more than `MAX_STEP` from each quarter to the next: a leak rises in all of them, a heap that takes one more
 * step does so in one, and noise goes up three times running in one case of 24, rarely by so much.
 *
 * @throws RangeError for fewer than eight points
 */
export const memoryTrendOf = ({ service, points }: MemorySeries): MemoryTrend => {
  if (points.length < 2 * QUARTERS) throw new RangeError('points');
  const half = points.slice(Math.floor(points.length / 2)).map(({ bytes }) => bytes);
  const floors = Array.from({ length: QUARTERS }, (_, quarter) => {
    const from = Math.floor((quarter * half.length) / QUARTERS);
    return Math.min(...half.slice(from, Math.floor(((quarter + 1) * half.length) / QUARTERS)));
  });
  const mean = floors.reduce((sum, floor) => sum + floor, 0) / QUARTERS;
  const steps = floors.slice(1).map((floor, i) => (floor - floors[i]!) / mean);
  return {
    service,
    firstMebibytes: points[0]!.bytes / MEBIBYTE,
    lastMebibytes: points.at(-1)!.bytes / MEBIBYTE,
    growth: steps.reduce((sum, step) => sum + step, 0),
    isFlat: steps.some((step) => step <= MAX_STEP),
  };
};

/** Reads the memory of services from their `/metrics` at an interval until stopped. A service that is away is left out. */
export const watchMemory = (services: ReadonlyMap<string, string>, intervalMs: number) => {
  const series = new Map(
    [...services.keys()].map((service) => [service, [] as { seconds: number; bytes: number }[]]),
  );
  const startMs = performance.now();
  const read = async (service: string, url: string): Promise<void> => {
    try {
      const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) });
      const bytes = residentBytesOf(await response.text());
      const seconds = (performance.now() - startMs) / 1_000;
      if (bytes !== undefined) series.get(service)?.push({ seconds, bytes });
    } catch {
      // The gap shows in the report; whether the service answers is not what is measured here.
    }
  };
  const readAll = () => Promise.all([...services].map(([service, url]) => read(service, url)));
  const timer = setInterval(readAll, intervalMs);
  return {
    stop: async (): Promise<readonly MemorySeries[]> => {
      clearInterval(timer);
      await readAll();
      return [...series].map(([service, points]) => ({ service, points }));
    },
  };
};
