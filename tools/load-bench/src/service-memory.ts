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
  /** Slope of the least-squares line through the second half, over its length, as a share of its mean. */
  readonly growth: number;
  readonly isFlat: boolean;
}

const MEBIBYTE = 1024 * 1024;
/** Growth over the second half of a run that is taken for a leak; garbage collection alone moves it by some percent. */
export const MAX_GROWTH = 0.1;

/** Resident memory out of a Prometheus text; undefined where it has none. */
export const residentBytesOf = (metrics: string): number | undefined => {
  const match = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(metrics);
  return match ? Number(match[1]) : undefined;
};

/**
 * Whether memory stayed flat. The first half is left out: caches fill and the compiler settles there.
 *
 * @throws RangeError for fewer than four points
 */
export const memoryTrendOf = ({ service, points }: MemorySeries): MemoryTrend => {
  if (points.length < 4) throw new RangeError('points');
  const half = points.slice(Math.floor(points.length / 2));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanSeconds = mean(half.map(({ seconds }) => seconds));
  const meanBytes = mean(half.map(({ bytes }) => bytes));
  let covariance = 0;
  let variance = 0;
  for (const { seconds, bytes } of half) {
    covariance += (seconds - meanSeconds) * (bytes - meanBytes);
    variance += (seconds - meanSeconds) ** 2;
  }
  const length = half.at(-1)!.seconds - half[0]!.seconds;
  const growth = variance === 0 ? 0 : ((covariance / variance) * length) / meanBytes;
  return {
    service,
    firstMebibytes: points[0]!.bytes / MEBIBYTE,
    lastMebibytes: points.at(-1)!.bytes / MEBIBYTE,
    growth,
    isFlat: growth <= MAX_GROWTH,
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
