import {
  type Binarizer,
  createBinarizer,
  createMeasuringPool,
  type ImageMeasurement,
  type ManifestName,
  type MeasuringPool,
} from '@openrecognize/biometrics';
import { hammingDistance, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { LivenessLevel } from '../liveness-configuration.ts';
import type {
  CaptureScenario,
  FaceAnalysis,
  FaceAnalyzerPort,
  LivenessWish,
} from '../ports/face-analyzer-port.ts';

/**
 * Least score of the liveness model, 0..1, at each level. A still picture stops prints at best, see the measurements
 * in docs/benchmarks/pad.md.
 */
export type LivenessThresholds = Readonly<Record<LivenessLevel, number>>;

/** An analyzer with its worker threads. */
export interface PoolFaceAnalyzer extends FaceAnalyzerPort {
  close(): Promise<void>;
}

const triggeredBy = (measurements: readonly ImageMeasurement[]): string[] => [
  ...new Set(measurements.flatMap(({ filters }) => filters.filter((f) => f.triggered).map((f) => f.name))),
];

/**
 * Code of several pictures: their embeddings together, binarized once. Each picture must match the others without
 * it: the sum of two strangers would match both.
 */
const combine = (binarizer: Binarizer, threshold: number, measurements: readonly ImageMeasurement[]) => {
  const embeddings = measurements.flatMap(({ embedding }) => (embedding ? [embedding] : []));
  const isStranger = ({ code }: ImageMeasurement, i: number): boolean => {
    const others = binarizer.encode(embeddings.filter((_, j) => j !== i));
    const isFar = !code || hammingDistance(code.bits, others) > threshold;
    wipe(others);
    return isFar;
  };
  if (embeddings.length === measurements.length && !measurements.some(isStranger)) {
    return binarizer.encode(embeddings);
  }
  throw new RecognizeError('INVALID_INPUT', { message: 'The pictures do not show the same person.' });
};

const wipeMeasurements = (measurements: readonly ImageMeasurement[], keep?: Uint8Array): void => {
  for (const { code, embedding } of measurements) {
    embedding?.fill(0);
    if (code && code.bits !== keep) wipe(code.bits);
  }
};

const isSpoofSuspected = (measurements: readonly ImageMeasurement[], leastScore: number): boolean =>
  measurements.some(({ stats }) => stats.livenessScore !== undefined && stats.livenessScore < leastScore);

/**
 * Analyzer on a pool that was started before; `close` ends that pool.
 *
 * @param livenessThresholds without them no picture is taken for a spoof: a server's pictures come from files.
 */
export const poolFaceAnalyzer = (
  pool: MeasuringPool,
  livenessThresholds?: LivenessThresholds,
): PoolFaceAnalyzer => {
  const { code: parameters, family, version } = pool.manifest;
  const { bits, dimensions, threshold } = parameters;
  const binarizer = createBinarizer({ bits, dimensions });
  return {
    artifact: { family, version },
    threshold,
    analyze: async (
      images: readonly Uint8Array[],
      scenario: CaptureScenario,
      wish?: LivenessWish,
    ): Promise<FaceAnalysis> => {
      const leastScore = wish && livenessThresholds?.[wish.level];
      const options = { scenario, liveness: leastScore !== undefined };
      const settled = await Promise.allSettled(images.map((image) => pool.measure(image, options)));
      const measurements = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      let code: Uint8Array | undefined;
      try {
        const failed = settled.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
        const triggeredFilters = triggeredBy(measurements);
        if (triggeredFilters.length > 0) return { triggeredFilters };
        if (leastScore !== undefined && isSpoofSuspected(measurements, leastScore)) {
          return { triggeredFilters, isSpoofSuspected: true };
        }
        code =
          measurements.length === 1
            ? measurements[0]?.code?.bits
            : combine(binarizer, threshold, measurements);
        return code ? { code, triggeredFilters } : { triggeredFilters };
      } finally {
        wipeMeasurements(measurements, code);
      }
    },
    close: () => pool.close(),
  };
};

/**
 * Starts the face pipeline on worker threads.
 *
 * @throws RecognizeError MODEL_MISSING, MODEL_HASH_MISMATCH
 */
export const createPoolFaceAnalyzer = async (options: {
  readonly manifest?: ManifestName;
  readonly modelsDir?: string;
  readonly workers?: number;
  readonly livenessThresholds?: LivenessThresholds;
}): Promise<PoolFaceAnalyzer> =>
  poolFaceAnalyzer(await createMeasuringPool(options), options.livenessThresholds);
