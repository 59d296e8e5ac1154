import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBiometricPool, LIVE_SCORE } from '@openrecognize/biometrics';
import { flashTrials } from './flash-trials.ts';
import { measureSequence } from './fusion.ts';
import { flashFigures, type ScoreFigures, scoreFigures, sequenceFigures } from './pad-figures.ts';
import type { PadOptions } from './pad-options.ts';
import { type PadReport, padReportText } from './pad-report.ts';
import { listPadSets } from './recordings.ts';
import { type PresentedSequence, present } from './sequences.ts';

export interface PadOutput {
  print(text: string): void;
  progress(text: string): void;
}

const SHORTEST_FRAMES = 3;
const POOL_WORKERS = 2;
const POOL_QUEUE = 1000;

/** Three frames of each sequence, by the weights as shipped. */
const shortestFigures = (sequences: readonly PresentedSequence[]): ScoreFigures =>
  scoreFigures(
    'fused as shipped, three frames',
    sequences.map((sequence) => {
      const frames = sequence.frames.slice(0, SHORTEST_FRAMES);
      const { kind, subject, fused } = measureSequence({ ...sequence, frames });
      return { kind, subject, live: kind === 'live', score: fused };
    }),
    LIVE_SCORE,
  );

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
    shortest: shortestFigures(presented.sequences),
    flash: flashFigures(trials),
  };
  const text = padReportText(report);
  await mkdir(options.outDir, { recursive: true });
  await writeFile(join(options.outDir, 'pad.txt'), `${text}\n`);
  await writeFile(join(options.outDir, 'pad.json'), `${JSON.stringify({ seed, ...report }, null, 2)}\n`);
  output.print(text);
  return report;
};
