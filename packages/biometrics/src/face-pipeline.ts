import { ARCFACE_112, alignFace } from './aligner.ts';
import { type Binarizer, createBinarizer } from './binarizer/binarizer.ts';
import type { FaceDetection } from './detector/face-detection.ts';
import { mainFace } from './detector/main-face.ts';
import type { Embedding } from './embedder.ts';
import { type DecodedImage, decodeImage, decodeRawImage } from './image/decode-image.ts';
import type { ImageInput } from './image/raw-image.ts';
import type { RgbImage } from './image/rgb-image.ts';
import type { AnalysisStats, AnalyzeOptions, ImageMeasurement } from './image-analysis.ts';
import { LANDMARK_COUNT, type Landmarks } from './landmarks.ts';
import { measureFaceFrame } from './liveness/face-frame.ts';
import { loadModels } from './model-manifest/load-models.ts';
import type { ModelManifest } from './model-manifest/model-manifest.ts';
import { createNetworks, type Networks } from './networks.ts';
import { FACE_FILTERS, PICTURE_FILTERS } from './quality/filters.ts';
import type { HeadPose } from './quality/pose.ts';
import type { FilterResult, PictureInput } from './quality/quality-filter.ts';
import { QUALITY_PROFILES } from './quality/quality-profile.ts';
import { skinTone } from './quality/skin-tone.ts';
import { createOnnxRuntime } from './runtime/onnx-runtime.ts';
import { Stopwatch } from './stopwatch.ts';

export interface PipelineOptions {
  readonly manifest: ModelManifest;
  readonly modelsDir: string;
}

/** Options of one analysis; `measure` also embeds faces a filter refuses and returns the embedding. */
export interface PipelineAnalyzeOptions extends AnalyzeOptions {
  readonly measure?: boolean;
}

/** One picture at a time through all networks, in the calling thread. The pool runs one per worker. */
export interface FacePipeline {
  /**
   * Analyses one picture. The image bytes stay the caller's; every buffer made on the way is wiped.
   * @throws RecognizeError `IMAGE_EMPTY`, `IMAGE_TOO_LARGE`, `IMAGE_FORMAT_INVALID`
   */
  analyze(input: ImageInput, options: PipelineAnalyzeOptions): Promise<ImageMeasurement>;
  /** Runs every network once on an empty picture, so that the first photo is not the slow one. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

interface FaceReading {
  readonly filters: readonly FilterResult[];
  readonly pose: HeadPose;
  readonly landmarks: Landmarks;
  /** The face in the template of the quality filters. */
  readonly aligned: Float32Array;
}

const runFilters = <Input>(
  filters: readonly ((input: Input) => FilterResult | undefined)[],
  input: Input,
): readonly FilterResult[] => filters.map((filter) => filter(input)).filter((result) => result !== undefined);

const readFace = async (
  networks: Networks,
  picture: PictureInput,
  face: FaceDetection,
  watch: Stopwatch,
): Promise<FaceReading> => {
  const { image } = picture;
  const landmarks = await watch.time('landmarks', () => networks.landmarks.find(image, face.box));
  return watch.time('quality', async () => {
    const aligned = alignFace(image, landmarks, ARCFACE_112);
    const pose = await networks.pose.estimate(image, face.box, landmarks);
    const eyes = await networks.eyes?.estimate(image, landmarks);
    const input = { ...picture, face, landmarks, aligned, pose, ...(eyes && { eyes }) };
    return { filters: runFilters(FACE_FILTERS, input), pose, landmarks, aligned };
  });
};

const embedFace = async (
  { embedder }: Networks,
  image: RgbImage,
  { landmarks, aligned }: FaceReading,
): Promise<Embedding> => {
  if (embedder.template === ARCFACE_112) return embedder.embed(aligned);
  const own = alignFace(image, landmarks, embedder.template);
  try {
    return await embedder.embed(own);
  } finally {
    own.fill(0);
  }
};

const statsOf = (
  { image, sourceWidth, sourceHeight, format }: DecodedImage,
  faceCount: number,
  face: FaceDetection | undefined,
  pose: HeadPose | undefined,
  livenessScore: number | undefined,
  watch: Stopwatch,
): AnalysisStats => ({
  width: sourceWidth,
  height: sourceHeight,
  format,
  workingWidth: image.width,
  workingHeight: image.height,
  faceCount,
  ...(face && { faceBox: face.box, faceScore: face.score }),
  ...(pose && { pose }),
  ...(livenessScore !== undefined && { livenessScore }),
  timingsMs: watch.timingsMs,
  processingMs: watch.totalMs(),
});

/** Side of the empty picture, and rounds over it: enough for the compiler to take the sampling loops seriously. */
const WARM_UP_SIDE = 480;
const WARM_UP_ROUNDS = 3;

const warmUp = async (networks: Networks): Promise<void> => {
  const data = new Uint8Array(3 * WARM_UP_SIDE * WARM_UP_SIDE);
  const image = { width: WARM_UP_SIDE, height: WARM_UP_SIDE, data };
  const box = { x: 120, y: 120, width: 240, height: 240 };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await networks.detector.detect(image);
    await networks.landmarks.find(image, box);
    // Landmarks of an empty picture lie anywhere: these span a face.
    const landmarks = Array.from({ length: LANDMARK_COUNT }, (_, i) => ({
      x: 130 + 25 * (i % 9),
      y: 130 + 25 * (i % 8),
    }));
    await networks.pose.estimate(image, box, landmarks);
    await networks.eyes?.estimate(image, landmarks);
    await networks.embedder.embed(alignFace(image, landmarks, networks.embedder.template));
    await networks.liveness?.estimate(image);
  }
};

/** Everything after decoding, over the loaded parts of one manifest. */
const createAnalyzer = (networks: Networks, binarizer: Binarizer, { family, version }: ModelManifest) => {
  return async (decoded: DecodedImage, options: PipelineAnalyzeOptions, watch: Stopwatch) => {
    const { image, exposure } = decoded;
    const faces = await watch.time('detect', () => networks.detector.detect(image));
    const grey = decoded.format === 'luma';
    const profile = QUALITY_PROFILES[options.scenario];
    const picture: PictureInput = { image, exposure, faces, profile, grey };
    const face = mainFace(image, faces);
    const reading = face && (await readFace(networks, picture, face, watch));
    const filters = [...runFilters(PICTURE_FILTERS, picture), ...(reading?.filters ?? [])];
    const refused = filters.some((filter) => filter.triggered);
    // Of a sequence, frames that a filter refuses count for nothing.
    const wantsLiveness = options.liveness && (options.measure || !options.sequence || !refused);
    const livenessScore =
      wantsLiveness && face && networks.liveness
        ? await watch.time('liveness', () => networks.liveness!.estimate(image))
        : undefined;
    const embedding =
      reading && (!refused || options.measure)
        ? await watch.time('embed', () => embedFace(networks, image, reading))
        : undefined;
    const skinToneDegrees = reading && options.measure ? skinTone(reading.aligned) : undefined;
    const frame =
      options.sequence && reading ? measureFaceFrame({ image, faceBox: face.box, ...reading }) : undefined;
    reading?.aligned.fill(0);
    const bits =
      embedding && !refused && !options.sequence
        ? watch.timeSync('binarize', () => binarizer.encode([embedding]))
        : undefined;
    const tellsEmbedding = options.measure || options.sequence;
    if (!tellsEmbedding) embedding?.fill(0);
    return {
      ...(bits && { code: { bits, artifact: { family, version } } }),
      ...(tellsEmbedding && embedding && { embedding }),
      ...(frame && { frame }),
      ...(skinToneDegrees !== undefined && { skinToneDegrees }),
      filters,
      stats: statsOf(decoded, faces.length, face, reading?.pose, livenessScore, watch),
    };
  };
};

/**
 * Loads the models of a manifest and returns the pipeline over them.
 * @throws RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const createFacePipeline = async ({ manifest, modelsDir }: PipelineOptions): Promise<FacePipeline> => {
  const networks = await createNetworks(manifest, loadModels(manifest, modelsDir), createOnnxRuntime());
  const binarizer = createBinarizer(manifest.code);
  const analyzeDecoded = createAnalyzer(networks, binarizer, manifest);
  return {
    analyze: async (input, options) => {
      const watch = new Stopwatch();
      const decoded = await watch.time('decode', () =>
        input instanceof Uint8Array ? decodeImage(input, options) : decodeRawImage(input),
      );
      try {
        return await analyzeDecoded(decoded, options, watch);
      } finally {
        // spec 02 BC-18
        decoded.image.data.fill(0);
      }
    },
    warmUp: () => warmUp(networks),
    close: () => networks.close(),
  };
};
