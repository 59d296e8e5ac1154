import type { ImageMeasurement, MeasuringPool } from '@openrecognize/biometrics';
import { expect, it } from 'vitest';
import { type LivenessThresholds, poolFaceAnalyzer } from './pool-face-analyzer.ts';

const thresholds: LivenessThresholds = { DEVELOPMENT: 0, LEVEL_1: 0.5, LEVEL_2: 0.9 };
const asked: unknown[] = [];

/** A pool whose pictures all have this score, where the score is asked for. */
const poolOf = (livenessScore: number): MeasuringPool => {
  const manifest = { family: 'fake', version: '1', code: { bits: 2048, dimensions: 512, threshold: 744 } };
  const measure = async (
    _image: unknown,
    options: { readonly liveness?: boolean },
  ): Promise<ImageMeasurement> => {
    asked.push(options);
    const code = { bits: new Uint8Array(256).fill(1) };
    const stats = options.liveness ? { livenessScore } : {};
    return { filters: [], code, stats } as unknown as ImageMeasurement;
  };
  return { manifest, measure, close: async () => {} } as unknown as MeasuringPool;
};
const picture = [Uint8Array.of(1)];

it.each([
  ['DEVELOPMENT', false],
  ['LEVEL_1', false],
  ['LEVEL_2', true],
] as const)('suspects a spoof by the threshold of %s: %s', async (level, suspected) => {
  const wish = { level, environmentAware: false };
  const analysis = await poolFaceAnalyzer(poolOf(0.7), thresholds).analyze(picture, 'SELFIE', wish);
  expect(analysis.isSpoofSuspected ?? false).toBe(suspected);
  expect(analysis.code === undefined).toBe(suspected);
});

it('neither measures nor judges liveness without thresholds, nor for photos the app vouches for', async () => {
  asked.length = 0;
  const wish = { level: 'LEVEL_2', environmentAware: false } as const;
  expect((await poolFaceAnalyzer(poolOf(0)).analyze(picture, 'SELFIE', wish)).code).toBeDefined();
  expect(
    (await poolFaceAnalyzer(poolOf(0), thresholds).analyze(picture, 'TRUSTED_SOURCE')).code,
  ).toBeDefined();
  expect(asked).toEqual([
    { scenario: 'SELFIE', liveness: false },
    { scenario: 'TRUSTED_SOURCE', liveness: false },
  ]);
});
