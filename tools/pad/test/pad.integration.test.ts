import { createBiometricPool } from '@openrecognize/biometrics';
import { describe, expect, it } from 'vitest';
import { measureSequence } from '../src/fusion.ts';
import { listPadSets } from '../src/recordings.ts';
import { present } from '../src/sequences.ts';

const facesDir = process.env['FACES_DIR'];
if (facesDir === undefined)
  console.log('skipped: FACES_DIR is not set, so no attack detection on recordings');

const MINUTES_5 = 300_000;

describe.runIf(facesDir !== undefined)('attack detection on recordings', () => {
  it('tells webcam recordings from prints and repeated pictures', { timeout: MINUTES_5 }, async () => {
    const all = listPadSets(facesDir!, 1);
    const chosen = (kind: string) =>
      all.recordings.filter((each) => each.kind === kind && each.paths.length >= 5).slice(0, 3);
    const sets = { ...all, samples: [], recordings: [...chosen('live'), ...chosen('print')] };
    const pool = await createBiometricPool({ workers: 1, queueLimit: 100 });
    const { sequences } = await present(pool, sets, { seed: '1', onProgress: () => {} }).finally(() =>
      pool.close(),
    );
    const measured = sequences.map(measureSequence);
    const scores = (kind: string): number[] =>
      measured.filter((each) => each.kind === kind).map(({ fused }) => fused);
    expect(scores('live').length).toBeGreaterThan(2);
    expect(scores('print').length).toBeGreaterThan(2);
    expect(Math.max(...scores('print'))).toBeLessThan(0.5);
    expect(scores('live').filter((score) => score >= 0.5).length / scores('live').length).toBeGreaterThan(
      0.7,
    );
    const repeated = measured.filter(({ kind }) => kind === 'one photo, repeated');
    expect(repeated.length).toBeGreaterThan(0);
    for (const { filters } of repeated) {
      expect(filters.map(({ value, triggered }) => ({ value, triggered }))).toEqual([
        { value: 0, triggered: true },
        { value: 0, triggered: true },
      ]);
    }
  });
});
