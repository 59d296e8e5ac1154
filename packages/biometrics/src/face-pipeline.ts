import type { Binarizer } from './binarizer/binarizer.ts';
import { createBinarizer } from './binarizer/binarizer.ts';
import type { FaceDetection } from './detector/face-detection.ts';
import { mainFace } from './detector/main-face.ts';
import { type DecodedImage, decodeImage } from './image/decode-image.ts';
import type { AnalyzeOptions, ImageMeasurement } from './image-analysis.ts';
import type { Landmarks } from './landmarks.ts';
import { loadModels } from './model-manifest/load-models.ts';
import { type ModelManifest, readMeanEmbedding } from './model-manifest/model-manifest.ts';
import { createNetworks, type Networks } from './networks.ts';
import { FACE_FILTERS, PICTURE_FILTERS } from './quality/filters.ts';
import type { HeadPose } from './quality/pose.ts';
import type { FilterResult, PictureInput } from './quality/quality-filter.ts';
import { QUALITY_PROFILES } from './quality/quality-profile.ts';
import { createOnnxRuntime } from './runtime/onnx-runtime.ts';
import { Stopwatch } from './stopwatch.ts';

export interface PipelineOptions {
  readonly manifest: ModelManifest;
  readonly modelsDir: string;
}

/** One picture at a time through all networks, in the calling thread. The pool runs one per worker. */
export interface FacePipeline {
  /**
   * Analyses one picture; with `measure` also embeds faces a filter refuses. The image bytes stay the caller's;
   * every buffer made on the way is wiped.
   * @throws RecognizeError `IMAGE_EMPTY`, `IMAGE_TOO_LARGE`, `IMAGE_FORMAT_INVALID`
   */
  analyze(bytes: Uint8Array, options: AnalyzeOptions & { measure?: boolean }): Promise<ImageMeasurement>;
  close(): Promise<void>;
}

interface FaceReading {
  readonly filters: readonly FilterResult[];
  readonly landmarks: Landmarks;
  readonly pose: HeadPose;
}

const readFace = async (
  networks: Networks,
  picture: PictureInput,
  face: FaceDetection,
  watch: Stopwatch,
): Promise<FaceReading> => {
  const { image } = picture;
  const landmarks = await watch.time('landmarks', () => networks.landmarks.find(image, face.box));
  return watch.time('quality', async () => {
    const pose = await networks.pose.estimate(image, face.box, landmarks);
    const eyesClosed = await networks.eyes.estimate(image, landmarks);
    const input = { ...picture, face, landmarks, pose, eyesClosed };
    return { filters: FACE_FILTERS.map((filter) => filter(input)), landmarks, pose };
  });
};

const analyzeDecoded = async (
  networks: Networks,
  binarizer: Binarizer,
  { family, version }: ModelManifest,
  decoded: DecodedImage,
  options: AnalyzeOptions & { measure?: boolean },
  watch: Stopwatch,
): Promise<ImageMeasurement> => {
  const { image, exposure } = decoded;
  const faces = await watch.time('detect', () => networks.detector.detect(image));
  const picture: PictureInput = { image, exposure, faces, profile: QUALITY_PROFILES[options.scenario] };
  const face = mainFace(image, faces);
  const reading = face && (await readFace(networks, picture, face, watch));
  const filters = [...PICTURE_FILTERS.map((filter) => filter(picture)), ...(reading?.filters ?? [])];
  const refused = filters.some((filter) => filter.triggered);
  const livenessScore =
    options.liveness && face && networks.liveness
      ? await watch.time('liveness', () => networks.liveness!.estimate(image))
      : undefined;
  const embedding =
    reading && (!refused || options.measure)
      ? await watch.time('embed', () => networks.embedder.embed(image, reading.landmarks))
      : undefined;
  const bits =
    embedding && !refused ? watch.timeSync('binarize', () => binarizer.encode([embedding])) : undefined;
  if (!options.measure) embedding?.fill(0);
  return {
    ...(bits && { code: { bits, artifact: { family, version } } }),
    ...(options.measure && embedding && { embedding }),
    filters,
    stats: {
      width: decoded.sourceWidth,
      height: decoded.sourceHeight,
      format: decoded.format,
      workingWidth: image.width,
      workingHeight: image.height,
      faceCount: faces.length,
      ...(face && { faceBox: face.box, faceScore: face.score }),
      ...(reading && { pose: reading.pose }),
      ...(livenessScore !== undefined && { livenessScore }),
      timingsMs: watch.timingsMs,
      processingMs: watch.totalMs(),
    },
  };
};

/**
 * Loads the models of a manifest and returns the pipeline over them.
 * @throws RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const createFacePipeline = async ({ manifest, modelsDir }: PipelineOptions): Promise<FacePipeline> => {
  const networks = await createNetworks(manifest, loadModels(manifest, modelsDir), createOnnxRuntime());
  const binarizer = createBinarizer({ ...manifest.code, mean: readMeanEmbedding(manifest) });
  return {
    analyze: async (bytes, options) => {
      const watch = new Stopwatch();
      const decoded = await watch.time('decode', () => decodeImage(bytes, options));
      try {
        return await analyzeDecoded(networks, binarizer, manifest, decoded, options, watch);
      } finally {
        decoded.image.data.fill(0);
      }
    },
    close: () => networks.close(),
  };
};
