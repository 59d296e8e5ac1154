import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultModelsDir, hasModelFiles, loadModels } from './load-models.ts';
import { readModelManifest } from './model-manifest.ts';

// Covers BC-14.
describe('loadModels', () => {
  const manifest = readModelManifest('default');
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'load-models-'));
    for (const { file } of manifest.models) symlinkSync(join(defaultModelsDir(), file), join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['default', 'clean'] as const)(
    'loads every file of the %s manifest with its pinned size',
    (name) => {
      const { models } = readModelManifest(name);
      const loaded = loadModels({ ...manifest, models }, defaultModelsDir());
      expect(models.map(({ role }) => loaded.get(role)?.length)).toEqual(models.map(({ bytes }) => bytes));
    },
  );

  it('says which file is missing', () => {
    expect(hasModelFiles(manifest, folder)).toBe(true);
    rmSync(join(folder, 'fr_feature.onnx'));
    expect(hasModelFiles(manifest, folder)).toBe(false);
    expect(() => loadModels(manifest, folder)).toThrow(
      expect.objectContaining({ code: 'MODEL_MISSING', details: { file: 'fr_feature.onnx' } }),
    );
  });

  it('refuses a file whose contents changed', () => {
    rmSync(join(folder, 'fr_eye.onnx'));
    writeFileSync(join(folder, 'fr_eye.onnx'), 'other weights');
    expect(() => loadModels(manifest, folder)).toThrow(
      expect.objectContaining({ code: 'MODEL_HASH_MISMATCH', details: { file: 'fr_eye.onnx' } }),
    );
  });
});

describe('the manifests', () => {
  it.each(['default', 'clean'] as const)(
    'pin every file of %s to a source, and state its licence',
    (name) => {
      const manifest = readModelManifest(name);
      const packages = new Map(manifest.sources.map((source) => [source.package, source]));
      for (const model of manifest.models) {
        const source = packages.get(model.source.package);
        expect(source?.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
        expect(source?.version).toMatch(/^\d+\.\d+\.\d+$/);
        expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(model.licence).not.toBe('');
      }
    },
  );

  it('have families of their own', () => {
    expect(readModelManifest('default').family).not.toBe(readModelManifest('clean').family);
  });
});
