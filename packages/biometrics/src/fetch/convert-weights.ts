import type { ModelFile } from '../model-manifest/model-manifest.ts';

/** Files of the source package a model is made from. */
export const weightPaths = (model: ModelFile): readonly string[] => [model.source.path];

/** The model file from the files of its source package, or undefined if one is not among them. */
export const convertWeights = (
  model: ModelFile,
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array | undefined => files.get(model.source.path);
