import {
  createSequenceAnalyzer,
  LEAST_TURN_DEGREES,
  type SequenceFilterResult,
  STILL_MARGIN,
} from '@openrecognize/biometrics';
import { type Example, fitLogistic, type LogisticModel, logOdds } from './logistic-regression.ts';
import { seededRandom } from './seeded-random.ts';
import { type PresentedSequence, stillKind } from './sequences.ts';

/** A sequence after the analyzer. */
export interface MeasuredSequence {
  readonly kind: string;
  readonly subject: string;
  /** How far the head turned. */
  readonly turnDegrees: number;
  /** Mean score of the still model, 0..1. */
  readonly still: number;
  readonly filters: readonly SequenceFilterResult[];
}

/** Runs the analyzer of the service over a sequence of two frames or more. */
export const measureSequence = ({ kind, subject, frames }: PresentedSequence): MeasuredSequence => {
  const analyzer = createSequenceAnalyzer();
  for (const { frame, livenessScore } of frames) analyzer.add({ frame, livenessScore });
  const { turnDegrees = 0, filters } = analyzer.assess();
  const still = frames.reduce((sum, frame) => sum + frame.livenessScore, 0) / frames.length;
  return { kind, subject, turnDegrees, still, filters };
};

/** Logarithm of the turn, as in the analyzer. */
export const turnFeatures = ({ turnDegrees }: MeasuredSequence): number[] => [
  Math.log(Math.max(turnDegrees, LEAST_TURN_DEGREES)),
];

/** The same and the log odds of the still score. */
export const fusedFeatures = (sequence: MeasuredSequence): number[] => {
  const kept = Math.min(1 - STILL_MARGIN, Math.max(STILL_MARGIN, sequence.still));
  return [...turnFeatures(sequence), Math.log(kept / (1 - kept))];
};

/** A repeated frame is refused by the filters and would only pull the weights. */
const UNTRAINED = stillKind('repeated');

/** Both classes count alike, and within the attacks every kind. */
const examplesOf = (
  sequences: readonly MeasuredSequence[],
  features: (sequence: MeasuredSequence) => number[],
): Example[] => {
  const used = sequences.filter(({ kind }) => kind !== UNTRAINED);
  const counts = new Map<string, number>();
  for (const { kind } of used) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const attackKinds = counts.size - 1;
  return used.map((sequence) => {
    const live = sequence.kind === 'live';
    const share = 1 / counts.get(sequence.kind)!;
    return { features: features(sequence), live, weight: live ? share : share / attackKinds };
  });
};

export const trainFusion = (
  sequences: readonly MeasuredSequence[],
  features: (sequence: MeasuredSequence) => number[],
): LogisticModel => fitLogistic(examplesOf(sequences, features));

export interface CrossValidation {
  /** Score 0..1 of every sequence by a model that saw nothing of its subject, in order of the sequences. */
  readonly scores: readonly number[];
  readonly folds: number;
}

/** Folds by person: whoever is tested, live, printed or photographed, is in no training set of the model that tests. */
export const crossValidate = (
  sequences: readonly MeasuredSequence[],
  features: (sequence: MeasuredSequence) => number[],
  folds: number,
  seed: string,
): CrossValidation => {
  const random = seededRandom(`${seed} folds`);
  const order = (subjects: Iterable<string>): string[] =>
    [...new Set(subjects)]
      .map((subject) => ({ subject, key: random.uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ subject }) => subject);
  // People with genuine recordings are spread over the folds first, so that none is without.
  const live = order(sequences.filter(({ kind }) => kind === 'live').map(({ subject }) => subject));
  const others = order(sequences.map(({ subject }) => subject)).filter((each) => !live.includes(each));
  const foldOf = new Map([...live, ...others].map((subject, i) => [subject, i % folds]));
  const scores = new Array<number>(sequences.length).fill(Number.NaN);
  for (let fold = 0; fold < folds; fold++) {
    const model = trainFusion(
      sequences.filter(({ subject }) => foldOf.get(subject) !== fold),
      features,
    );
    sequences.forEach((sequence, i) => {
      if (foldOf.get(sequence.subject) === fold)
        scores[i] = 1 / (1 + Math.exp(-logOdds(model, features(sequence))));
    });
  }
  return { scores, folds };
};
