import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBiometricPool, LIVE_SCORE } from '@openrecognize/biometrics';
import { flashTrials } from './flash-trials.ts';
import { measureSequence } from './fusion.ts';
import { type Observation, observeFiles } from './observe.ts';
import { flashFigures, scoreFigures, sequenceFigures } from './pad-figures.ts';
import type { PadOptions } from './pad-options.ts';
import { type PadReport, padReportText } from './pad-report.ts';
import { listPadSets, UsageError } from './recordings.ts';
import { present } from './sequences.ts';
import { sessionFigures } from './sessions.ts';
import { learnTurnProfile, turnProfileText } from './turn-profile.ts';

export interface PadOutput {
  print(text: string): void;
  progress(text: string): void;
}

const POOL_WORKERS = 2;
const POOL_QUEUE = 1000;

/**
 * Measures and writes `pad.txt` and `pad.json`.
 * @throws UsageError without recordings; RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const runPad = async (options: PadOptions, output: PadOutput): Promise<PadReport> => {
  const { seed, repeats } = options;
  const sets = listPadSets(options.facesDir, options.people);
  const pool = await createBiometricPool({ workers: POOL_WORKERS, queueLimit: POOL_QUEUE });
  const onProgress = output.progress;
  const presented = await present(pool, sets, { seed, onProgress }).finally(() => pool.close());
  const trials = await flashTrials(presented.recordings, { seed, repeats, onProgress });
  const report: PadReport = {
    still: scoreFigures(
      'Still model',
      presented.stills.map(({ kind, score }) => ({ kind, live: kind === 'live', score })),
      LIVE_SCORE,
      (kind) => kind === 'print',
    ),
    samples: presented.samples,
    sequences: sequenceFigures(presented.sequences.map(measureSequence), seed),
    sessions: sessionFigures(presented.sessions),
    flash: flashFigures(trials),
  };
  const text = padReportText(report);
  await mkdir(options.outDir, { recursive: true });
  await writeFile(join(options.outDir, 'pad.txt'), `${text}\n`);
  await writeFile(join(options.outDir, 'pad.json'), `${JSON.stringify({ seed, ...report }, null, 2)}\n`);
  output.print(text);
  return report;
};

/**
 * Learns the turn profile of everybody who poses for no attack, and writes `turn-profile.ts`.
 * @throws UsageError without photos; RecognizeError `MODEL_MISSING`, `MODEL_HASH_MISMATCH`
 */
export const runProfile = async (options: PadOptions, output: PadOutput): Promise<void> => {
  const { others } = listPadSets(options.facesDir, options.people);
  if (others.length === 0) throw new UsageError('no photos in lfw but those for attacks');
  const pool = await createBiometricPool({ workers: POOL_WORKERS, queueLimit: POOL_QUEUE });
  const people: Observation[][] = [];
  try {
    for (const { paths } of others) people.push(await observeFiles(pool, paths));
  } finally {
    await pool.close();
  }
  const text = turnProfileText(learnTurnProfile(people));
  await mkdir(options.outDir, { recursive: true });
  await writeFile(join(options.outDir, 'turn-profile.ts'), text);
  output.print(text);
};
