import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecognizeError } from '@openrecognize/contracts';
import type { ModelFile, ModelManifest, ModelRole } from './model-manifest.ts';

/** `models/` at the root of the repository, where the fetch script puts the files. */
export const defaultModelsDir = (): string => fileURLToPath(new URL('../../../../models', import.meta.url));

/** Whether every file of a manifest was fetched; `loadModels` checks what is in them. */
export const hasModelFiles = ({ models }: ModelManifest, modelsDir = defaultModelsDir()): boolean =>
  models.every(({ file }) => existsSync(join(modelsDir, file)));

const loadModel = (model: ModelFile, modelsDir: string): Uint8Array => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(modelsDir, model.file));
  } catch (cause) {
    throw new RecognizeError('MODEL_MISSING', { details: { file: model.file }, cause });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== model.sha256) {
    throw new RecognizeError('MODEL_HASH_MISMATCH', { details: { file: model.file } });
  }
  return bytes;
};

/**
 * Reads every file of a manifest and checks it against its SHA-256 (spec 02 BC-14). The buffers are the caller's.
 * @throws RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const loadModels = (manifest: ModelManifest, modelsDir: string): Map<ModelRole, Uint8Array> =>
  new Map(manifest.models.map((model) => [model.role, loadModel(model, modelsDir)]));
