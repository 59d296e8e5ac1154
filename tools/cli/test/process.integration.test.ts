import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasModelFiles, readModelManifest } from '@openrecognize/biometrics';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeStack } from './fake-stack.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const demoFolder = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const hasModels = hasModelFiles(readModelManifest('default'), process.env['OPENRECOGNIZE_MODELS_DIR']);

const recognize = (...argv: string[]) =>
  new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recognize-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the process', () => {
  it('exits with 0 for help and 2 for an unknown command', async () => {
    expect(await recognize('--help')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await recognize('dance')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('exits with 2 and one line for a photo that is not there', async () => {
    const { exitCode, stderr } = await recognize('enroll', 'ada', join(folder, 'missing.jpg'));
    expect(exitCode).toBe(2);
    expect(stderr.trim()).toBe(`error: ${join(folder, 'missing.jpg')}: no such file`);
  });
});

/** Crops of the demo photos: the same woman on two occasions, and another one. */
const faces = {
  laughing: { sample: 1, left: 1379, top: 138, side: 367 },
  smiling: { sample: 3, left: 906, top: 89, side: 538 },
  blonde: { sample: 3, left: 447, top: 221, side: 495 },
} as const;

describe.skipIf(!hasModels)('the process with the real face pipeline', () => {
  let stack: Awaited<ReturnType<typeof startFakeStack>>;
  beforeAll(async () => {
    stack = await startFakeStack();
  });
  afterAll(() => stack.stop());

  const cropped = async (name: keyof typeof faces): Promise<string> => {
    const { sample, left, top, side } = faces[name];
    const path = join(folder, `${name}.jpg`);
    const photo = sharp(join(demoFolder, `sample${sample}.jpg`)).extract({
      left,
      top,
      width: side,
      height: side,
    });
    await writeFile(path, await photo.jpeg({ quality: 95 }).toBuffer());
    return path;
  };

  const recognizeJson = async (...argv: string[]) => {
    const { coreDaemonUrl, operationsUrl, mobileApiKey, secretApiKey } = stack.tenant;
    const servers = ['--host', coreDaemonUrl, '--operations', operationsUrl];
    const keys = ['--api-key', mobileApiKey, '--secret-key', secretApiKey];
    const { exitCode, stdout } = await recognize(...servers, ...keys, '--home', folder, '--json', ...argv);
    return { exitCode, ...JSON.parse(stdout) };
  };

  it('accepts another photo of the same person and rejects another person', async () => {
    expect(await recognizeJson('enroll', 'ada', await cropped('laughing'))).toMatchObject({
      exitCode: 0,
      circuits: 25,
    });
    const match = await recognizeJson(
      'authenticate',
      'ada',
      await cropped('smiling'),
      '--transaction',
      '{"a":1}',
    );
    expect(match).toMatchObject({ exitCode: 0, verdict: 'match', verification: 'accepted' });
    const other = await recognizeJson('authenticate', 'ada', await cropped('blonde'));
    expect(other).toMatchObject({ exitCode: 3, error: { code: 30004, remainingAttempts: 4 } });
  });

  it('averages several photos of one person and refuses those of two', async () => {
    const [laughing, smiling, blonde] = await Promise.all(
      (['laughing', 'smiling', 'blonde'] as const).map((name) => cropped(name)),
    );
    const both = await recognizeJson('enroll', 'ada2', laughing!, smiling!);
    expect(both).toMatchObject({ exitCode: 0, photos: 2 });
    const mixed = await recognizeJson('enroll', 'nobody', laughing!, blonde!);
    expect(mixed).toMatchObject({ exitCode: 1, error: { code: 1134 } });
  });

  it('lists the filters that refused a group photo', async () => {
    const group = await recognizeJson('enroll', 'group', join(demoFolder, 'sample6.jpg'));
    expect(group).toMatchObject({ exitCode: 5, error: { code: 30008, triggeredFilters: ['face_multiple'] } });
  });
});
