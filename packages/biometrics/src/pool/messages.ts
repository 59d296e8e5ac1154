import type { ErrorBody } from '@openrecognize/contracts';
import type { ImageInput } from '../image/raw-image.ts';
import type { AnalyzeOptions, ImageMeasurement } from '../image-analysis.ts';
import type { ModelManifest } from '../model-manifest/model-manifest.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly manifest: ModelManifest;
  readonly modelsDir: string;
}

/** One picture to analyse; the worker owns and wipes the bytes. */
export interface JobRequest {
  readonly image: ImageInput;
  readonly options: AnalyzeOptions;
  /** Embed whatever the filters say, and return the embedding. */
  readonly measure: boolean;
}

/** First message of a worker, then one per job. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: ImageMeasurement }
  | { readonly kind: 'error'; readonly error: ErrorBody }
  /** The worker could not start, or met an error of no known code. */
  | { readonly kind: 'failed'; readonly error: ErrorBody };

/** The bytes of a picture, whichever form it has. */
export const imageBytes = (image: ImageInput): Uint8Array =>
  image instanceof Uint8Array ? image : image.bytes;
