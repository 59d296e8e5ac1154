import { readFileSync } from 'node:fs';

/** Manifests that come with the package. */
export type ManifestName = 'default' | 'clean';

export type ModelRole =
  | 'detector-front'
  | 'detector-back'
  | 'landmarks'
  | 'embedding'
  | 'eyes'
  | 'pose'
  | 'liveness'
  | 'liveness-detector';

/** Where the files of a set are published. */
export interface ModelSource {
  readonly package: string;
  readonly version: string;
  /** Subresource integrity of the tarball (`sha512-...`). */
  readonly integrity: string;
}

/** One model file: what it does, where it comes from, what it must hash to. */
export interface ModelFile {
  readonly role: ModelRole;
  /** Name inside the models folder. */
  readonly file: string;
  readonly source: {
    readonly package: string;
    /** Path inside the package. */
    readonly path: string;
    /** Set where the published weights are rewritten as ONNX; see `fetch/convert-weights.ts`. */
    readonly convert?: 'face-api-landmarks' | 'face-api-recognition';
  };
  readonly bytes: number;
  /** SHA-256 of the file in the models folder, lower-case hex. */
  readonly sha256: string;
  /** Licence as its publisher states it. */
  readonly licence: string;
  readonly preprocessing: string;
}

/** How a code is made from embeddings, and when two codes match. */
export interface CodeParameters {
  /** Bits of a code; a multiple of `dimensions`. */
  readonly bits: number;
  /** Greatest Hamming distance that is a match. */
  readonly threshold: number;
  /** Length of an embedding; a power of two. */
  readonly dimensions: number;
}

/**
 * A complete set of models with the parameters of the codes they make (spec 02 §6). Whatever changes the codes of the
 * same photos changes family or version (BC-12).
 */
export interface ModelManifest {
  readonly name: ManifestName;
  /** Codes compare only within one family and version. */
  readonly family: string;
  readonly version: string;
  readonly licenceNote: string;
  readonly code: CodeParameters;
  readonly networks: {
    readonly landmarks: 'grey-64' | 'face-api-112';
    readonly embedding: 'arcface-112-bgr' | 'dlib-150';
  };
  readonly sources: readonly ModelSource[];
  readonly models: readonly ModelFile[];
}

/** The named manifest of this package. */
export const readModelManifest = (name: ManifestName): ModelManifest => {
  // The folder lies beside src/ and dist/ alike.
  const url = new URL(`../../manifests/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as ModelManifest;
};
