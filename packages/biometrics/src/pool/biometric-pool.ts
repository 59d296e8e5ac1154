import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ImageInput } from '../image/raw-image.ts';
import type { AnalyzeOptions, ImageAnalysis, ImageMeasurement } from '../image-analysis.ts';
import { defaultModelsDir } from '../model-manifest/load-models.ts';
import {
  type ManifestName,
  type ModelManifest,
  readModelManifest,
} from '../model-manifest/model-manifest.ts';
import type { JobRequest, WorkerSetup } from './messages.ts';
import { type PoolWorker, WorkerPool } from './worker-pool.ts';

export interface BiometricPoolOptions {
  /** Which set of models; default `default`. */
  readonly manifest?: ManifestName;
  /** Folder with the model files; default `models/` at the root of the repository. */
  readonly modelsDir?: string;
  /** Worker threads, each with its own copy of the networks (about 100 MB); default: one less than there are cores. */
  readonly workers?: number;
  /** Pictures that may wait for a worker; default 64. */
  readonly queueLimit?: number;
}

/** Analyses pictures on worker threads, so that the event loop of a service stays free. */
export interface BiometricPool {
  /**
   * Quality filters and, where none triggers, the code (in a sequence: the embedding) of the main face. The bytes stay
   * the caller's.
   * @throws RecognizeError `IMAGE_EMPTY`, `IMAGE_TOO_LARGE`, `IMAGE_FORMAT_INVALID`, `BIOMETRIC_POOL_BUSY`,
   * `BIOMETRIC_POOL_CLOSED`; `INTERNAL_ERROR` if the worker died
   */
  analyze(image: ImageInput, options: AnalyzeOptions): Promise<ImageAnalysis>;
  readonly manifest: ModelManifest;
  /** Finishes what is queued, then ends the workers. */
  close(): Promise<void>;
}

/** A pool that tells the embedding of every face. For measurements; services have no use for it. */
export interface MeasuringPool extends BiometricPool {
  /** Like `analyze`, but embeds faces the filters refuse, too. The embedding belongs to the caller. */
  measure(image: ImageInput, options: AnalyzeOptions): Promise<ImageMeasurement>;
}

const DEFAULT_QUEUE_LIMIT = 64;

// Built code starts built workers; tests run both from source, as Node strips the types.
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './pipeline-worker.ts' : './pipeline-worker.js',
  import.meta.url,
);

const spawnWorker = (setup: WorkerSetup): PoolWorker =>
  new Worker(workerUrl, { workerData: setup, execArgv: [] });

const ownCopy = (image: ImageInput): ImageInput =>
  image instanceof Uint8Array ? Uint8Array.from(image) : { ...image, bytes: Uint8Array.from(image.bytes) };

const startPool = async (options: BiometricPoolOptions): Promise<MeasuringPool> => {
  const manifest = readModelManifest(options.manifest ?? 'default');
  const setup = { manifest, modelsDir: options.modelsDir ?? defaultModelsDir() };
  const pool = new WorkerPool({
    spawn: () => spawnWorker(setup),
    size: options.workers ?? Math.max(1, availableParallelism() - 1),
    queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
  });
  try {
    await pool.ready();
  } catch (error) {
    await pool.close();
    throw error;
  }
  const run = (
    image: ImageInput,
    analyzeOptions: AnalyzeOptions,
    measure: boolean,
  ): Promise<ImageMeasurement> => {
    const request: JobRequest = { image: ownCopy(image), options: analyzeOptions, measure };
    return pool.run(request);
  };
  return {
    manifest,
    analyze: (image, analyzeOptions) => run(image, analyzeOptions, false),
    measure: (image, analyzeOptions) => run(image, analyzeOptions, true),
    close: () => pool.close(),
  };
};

/**
 * Starts the workers and loads the models.
 * @throws RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const createBiometricPool: (options: BiometricPoolOptions) => Promise<BiometricPool> = startPool;

/** The same pool with embeddings, for the accuracy harness. @throws RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH` */
export const createMeasuringPool: (options: BiometricPoolOptions) => Promise<MeasuringPool> = startPool;
