import { createBiometricPool, MIN_SCORE_FRAMES } from '@openrecognize/biometrics';
import { describe, expect, it } from 'vitest';
import { measureSequence } from '../src/fusion.ts';
import { listPadSets } from '../src/recordings.ts';
import { present } from '../src/sequences.ts';
import { acceptedAt } from '../src/sessions.ts';

const facesDir = process.env['FACES_DIR'];
if (facesDir === undefined)
  console.log('skipped: FACES_DIR is not set, so no attack detection on recordings');

const MINUTES_5 = 300_000;

describe.runIf(facesDir !== undefined)('attack detection on recordings', () => {
  it('tells webcam recordings from prints and repeated pictures', { timeout: MINUTES_5 }, async () => {
    const all = listPadSets(facesDir!, 1);
    const chosen = (kind: string) =>
      all.recordings.filter((each) => each.kind === kind && each.paths.length >= 5).slice(0, 3);
    const sets = {
      ...all,
      samples: [],
      albums: [],
      portraits: [],
      recordings: [...chosen('live'), ...chosen('print')],
    };
    const pool = await createBiometricPool({ workers: 1, queueLimit: 100 });
    const { sequences, sessions } = await present(pool, sets, {
      seed: '1',
      onProgress: () => {},
      attacks: ['repeated'],
    }).finally(() => pool.close());
    const ends = (kind: string): (number | undefined)[] =>
      sessions.filter((each) => each.kind === kind).map(acceptedAt);
    expect(ends('live').length).toBeGreaterThan(2);
    expect(ends('print').length).toBeGreaterThan(2);
    expect(ends('print').every((end) => end === undefined)).toBe(true);
    const accepted = ends('live').filter((end) => end !== undefined);
    expect(accepted.length / ends('live').length).toBeGreaterThan(0.7);
    expect(Math.min(...accepted)).toBeGreaterThanOrEqual(MIN_SCORE_FRAMES);
    const measured = sequences.map(measureSequence);
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
