import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceFrame, Landmarks } from '@openrecognize/biometrics';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLASH_KINDS, type FlashKind, type FlashTrial, flashTrials } from '../src/flash-trials.ts';
import { flashFigures } from '../src/pad-figures.ts';
import type { ObservedRecording } from '../src/sequences.ts';

const WIDTH = 320;
const HEIGHT = 240;

/** Eyes, nose and mouth of a schematic face around (160, 120); the other points do not matter here. */
const landmarks: Landmarks = Array.from({ length: 68 }, (_, i) => {
  if (i >= 36 && i <= 41) return { x: 140 + 4 * Math.cos(i), y: 105 + 2 * Math.sin(i) };
  if (i >= 42 && i <= 47) return { x: 180 + 4 * Math.cos(i), y: 105 + 2 * Math.sin(i) };
  if (i === 30) return { x: 160, y: 128 };
  return { x: i === 48 || i === 60 ? 143 : 177, y: 150 };
});

/** A skin-coloured ellipse before a wall. */
const drawFrame = async (path: string, shade: number): Promise<void> => {
  const data = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isFace = ((x - 160) / 50) ** 2 + ((y - 120) / 70) ** 2 < 1;
      const colour = isFace ? [150 + shade, 112 + shade, 96 + shade] : [118, 112 + (x % 7), 104];
      data.set(colour, 3 * (y * WIDTH + x));
    }
  }
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toFile(path);
};

describe('simulated flash sessions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flash-'));
  let trials: FlashTrial[];

  const recording = async (): Promise<ObservedRecording> => {
    const paths = [0, 1, 2, 3].map((i) => join(folder, `${i}.png`));
    for (const [i, path] of paths.entries()) await drawFrame(path, i);
    const frame: FaceFrame = {
      width: WIDTH,
      height: HEIGHT,
      faceBox: { x: 115, y: 75, width: 90, height: 90 },
      landmarks,
      forehead: { red: 0, green: 0, blue: 0 },
      leftCheek: { red: 0, green: 0, blue: 0 },
      rightCheek: { red: 0, green: 0, blue: 0 },
      colourGrid: new Float32Array(),
    };
    return {
      recording: { kind: 'live', id: 'drawn', subject: 'drawn', paths },
      frames: paths.map((path) => ({ path, frame })),
    };
  };

  const run = async (kinds: readonly FlashKind[]): Promise<FlashTrial[]> => {
    const options = { seed: '1', repeats: 1, kinds, lengths: [12], onProgress: () => {} };
    return flashTrials([await recording()], options);
  };

  beforeAll(async () => {
    trials = await run(FLASH_KINDS);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const verdicts = (kind: string, frames: number): string[] =>
    trials
      .filter((trial) => trial.kind === kind && trial.frames === frames && trial.strength >= 0.2)
      .map(({ response }) => response.verdict);

  it('are answered by the live face, and by what answers as one', () => {
    for (const kind of ['live', 'live, head and room still', 'light added to the face in time'])
      expect(
        verdicts(kind, 12).every((verdict) => verdict === 'reflected'),
        kind,
      ).toBe(true);
  });

  it('are not answered by recordings, whole pictures and late light', () => {
    for (const kind of FLASH_KINDS.filter((each) => /recording|whole|fills|late/.test(each)))
      expect(verdicts(kind, 12), kind).not.toContain('reflected');
  });

  it('are counted as errors of the right sort', () => {
    const { figures } = flashFigures(trials);
    const live = figures.find(
      ({ kind, frames, strength }) => kind === 'live' && frames === 12 && strength === 0.4,
    )!;
    expect(live).toMatchObject({ live: true, error: { errors: 0, trials: 1 } });
    const print = figures.find(({ kind, frames }) => kind === 'print held before the face' && frames === 12)!;
    expect(print).toMatchObject({ live: false, beyond: true });
    expect(print.error.errors).toBe(verdicts(print.kind, 12).filter((each) => each === 'reflected').length);
  });

  it('are the same with the same seed', async () => {
    const again = await run(['recording of another session']);
    expect(again).toEqual(trials.filter(({ kind }) => kind === 'recording of another session'));
  });
});
