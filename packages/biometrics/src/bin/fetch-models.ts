#!/usr/bin/env node
// Fetches the model files of the manifests: `fetch-models [--manifest default|clean]`, both by default.
import { parseArgs } from 'node:util';
import { fetchModels } from '../fetch/fetch-models.ts';
import { findNpm, npmPack } from '../fetch/npm-pack.ts';
import { defaultModelsDir } from '../model-manifest/load-models.ts';
import { type ManifestName, readModelManifest } from '../model-manifest/model-manifest.ts';

const MANIFESTS: readonly ManifestName[] = ['default', 'clean'];

try {
  const { values } = parseArgs({ options: { manifest: { type: 'string' } } });
  const names =
    values.manifest === undefined ? MANIFESTS : MANIFESTS.filter((name) => name === values.manifest);
  if (names.length === 0) throw new Error(`no manifest "${values.manifest}"; one of ${MANIFESTS.join(', ')}`);
  const npm = findNpm(process.env['npm_execpath']);
  const written = await fetchModels({
    manifests: names.map(readModelManifest),
    modelsDir: process.env['OPENRECOGNIZE_MODELS_DIR'] ?? defaultModelsDir(),
    fetchTarball: (source) => npmPack(npm, source),
    log: (line) => console.log(`openrecognize: ${line}`),
  });
  if (written > 0) console.log(`openrecognize: ${written} model file(s) fetched and checked`);
} catch (error) {
  console.error(`openrecognize: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
