import type { ModelFile } from '../model-manifest/model-manifest.ts';
import { faceApiLandmarksGraph, faceApiRecognitionGraph } from './face-api-graphs.ts';
import { readTfjsWeights } from './face-api-weights.ts';

const CONVERSIONS = {
  'face-api-landmarks': faceApiLandmarksGraph,
  'face-api-recognition': faceApiRecognitionGraph,
} as const;

/** The list of weights beside a TensorFlow.js binary. */
const weightsManifestPath = (path: string): string => path.replace(/\.bin$/, '-weights_manifest.json');

/** Files of the source package a model is made from. */
export const weightPaths = ({ source }: ModelFile): readonly string[] =>
  source.convert === undefined ? [source.path] : [source.path, weightsManifestPath(source.path)];

/**
 * The model file from the files of its source package, or undefined if one is not among them. Conversions are pure, so
 * that the result has the SHA-256 of the manifest.
 */
export const convertWeights = (
  { source }: ModelFile,
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array | undefined => {
  const bytes = files.get(source.path);
  if (bytes === undefined || source.convert === undefined) return bytes;
  const manifest = files.get(weightsManifestPath(source.path));
  return manifest && CONVERSIONS[source.convert](readTfjsWeights(manifest, bytes));
};
