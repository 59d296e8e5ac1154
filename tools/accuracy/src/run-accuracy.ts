import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createMeasuringPool, type MeasuringPool } from '@openrecognize/biometrics';
import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import sharp from 'sharp';
import type { AccuracyOptions } from './accuracy-options.ts';
import { detPlot } from './det-plot.ts';
import { type FaceSets, type LabelledImage, listFaceSets } from './faces-folder.ts';
import { fairnessReport } from './fairness-report.ts';
import { livenessReport } from './liveness-report.ts';
import { type MatchingReport, matchingReport } from './matching-report.ts';
import { type MeasuredImage, measureImages, refusals } from './measure-images.ts';
import { toSubjects } from './pair-scores.ts';
import { checkProtocol, choosePairs, type ProtocolCheck } from './protocol-check.ts';
import { qualityReport } from './quality-report.ts';
import { seededRandom } from './seeded-random.ts';
import { percent } from './text-table.ts';

/** Bootstrap replicates behind each confidence interval. */
const REPLICATES = 500;
/** Pairs that go through real circuits. */
const PROTOCOL_PAIRS = 200;

/** What a caller may hold the run against. */
export interface AccuracyOutcome {
  /** Verdicts of circuits that were not those of the plaintext. */
  readonly differingVerdicts: number;
  /** Equal error rate of the codes, every photo, 0 to 1. */
  readonly codeEqualError: number;
}

interface MeasuredSets {
  readonly people: readonly MeasuredImage[];
  readonly quality: readonly MeasuredImage[];
  readonly liveness: readonly MeasuredImage[];
}

const measureSets = async (pool: MeasuringPool, sets: FaceSets, workers: number): Promise<MeasuredSets> => {
  const measure = (title: string, images: readonly LabelledImage[], liveness: boolean) =>
    measureImages(pool, images, { title, scenario: 'SELFIE', liveness, concurrency: 2 * workers });
  const hasLiveness = pool.manifest.models.some(({ role }) => role === 'liveness');
  return {
    people: await measure('people  ', sets.people, false),
    quality: await measure('quality ', sets.quality, false),
    liveness: hasLiveness ? await measure('liveness', sets.liveness, true) : [],
  };
};

const enrollText = (people: readonly MeasuredImage[]): string => {
  const noFace = people.filter(({ code }) => code === undefined).length;
  const refused = people.filter((image) => refusals(image).length > 0).length;
  return [
    `Failure to enroll: ${percent(noFace / people.length)} without a face (${noFace} of ${people.length});`,
    `${percent(refused / people.length)} refused by a filter of the scenario SELFIE (${refused}).`,
  ].join(' ');
};

const protocolText = (check: ProtocolCheck, threshold: number): string =>
  [
    `${check.pairs} pairs through real circuits: ${check.matches} at or below T = ${threshold}, ${check.close} within`,
    `10 bits of it; ${check.differing.length} verdicts differ from the plaintext. Mean per circuit: garble`,
    `${check.garbleMs.toFixed(2)} ms, evaluate ${check.evaluateMs.toFixed(2)} ms.`,
  ].join(' ');

const writePlot = async (outDir: string, title: string, all: MatchingReport): Promise<void> => {
  const svg = detPlot(title, [
    { title: 'float cosine', colour: '#1f6fb4', curves: all.cosine },
    { title: 'code', colour: '#d1495b', curves: all.code },
  ]);
  writeFileSync(join(outDir, 'det.svg'), svg);
  await sharp(Buffer.from(svg)).png().toFile(join(outDir, 'det.png'));
};

/**
 * Measures the data sets, writes `report.md`, `det.svg` and `det.png`, prints the report.
 * @throws UsageError, RecognizeError
 */
export const runAccuracy = async (options: AccuracyOptions): Promise<AccuracyOutcome> => {
  const sets = listFaceSets(options.facesDir, options.people);
  mkdirSync(options.outDir, { recursive: true });
  const workers = Math.max(1, availableParallelism());
  const pool = await createMeasuringPool({ manifest: options.manifest, workers });
  const { code, family, version } = pool.manifest;
  const startedMs = performance.now();
  const measured = await measureSets(pool, sets, workers);
  await pool.close();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);

  const matchingOptions = { ...code, replicates: REPLICATES };
  const accepted = measured.people.filter((image) => refusals(image).length === 0);
  const subjects = toSubjects(measured.people);
  console.error('computing error rates and confidence intervals ...');
  const all = matchingReport(subjects, { ...matchingOptions, random: seededRandom(`${options.seed} all`) });
  const good = matchingReport(toSubjects(accepted), {
    ...matchingOptions,
    random: seededRandom(`${options.seed} accepted`),
  });
  console.error('garbling and evaluating circuits ...');
  const random = seededRandom(`${options.seed} protocol`);
  const check = checkProtocol(
    createGarblingEngine(nodeAesBatch),
    choosePairs(subjects, code.threshold, PROTOCOL_PAIRS, random),
    code.threshold,
    random,
  );
  const people = new Set(measured.people.map(({ label }) => label)).size;
  const report = [
    `# Accuracy of ${family} ${version}`,
    `${people} people, ${measured.people.length} photos; ${all.code.genuinePairs} genuine and ${all.code.impostorPairs} impostor pairs. n = ${code.bits}, T = ${code.threshold}. Seed ${options.seed}. ${seconds} s on ${workers} workers, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}. In brackets: 95 % percentile intervals of a bootstrap over people (${REPLICATES} draws).`,
    enrollText(measured.people),
    '## Every photo with a face',
    all.table,
    '## Photos that pass the filters',
    `${accepted.length} photos; ${good.code.genuinePairs} genuine and ${good.code.impostorPairs} impostor pairs.`,
    good.table,
    '## Protocol against plaintext',
    protocolText(check, code.threshold),
    '## Filters',
    qualityReport(measured.people, measured.quality),
    '## By skin tone',
    fairnessReport(measured.people, code.threshold),
    ...(measured.liveness.length > 0 ? ['## Liveness score', livenessReport(measured.liveness)] : []),
  ].join('\n\n');
  writeFileSync(join(options.outDir, 'report.md'), `${report}\n`);
  await writePlot(options.outDir, `${family} ${version}, ${people} people`, all);
  console.log(`\n${report}\n\nreport.md, det.svg and det.png are in ${options.outDir}`);
  return { differingVerdicts: check.differing.length, codeEqualError: all.codeEqualError };
};
