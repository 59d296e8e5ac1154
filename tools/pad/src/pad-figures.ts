import { LIVE_SCORE, OPERATING_SHIFT } from '@openrecognize/biometrics';
import { attackErrors, type EqualErrorPoint, equalErrorPoint, liveErrors } from './error-rates.ts';
import { BEYOND_FLASH, type FlashKind, type FlashTrial, LIVE_FLASH } from './flash-trials.ts';
import { crossValidate, fusedFeatures, type MeasuredSequence, trainFusion, turnFeatures } from './fusion.ts';
import { type Rate, rateOf } from './intervals.ts';
import type { LogisticModel } from './logistic-regression.ts';

/** Error of one kind of presentation: BPCER where it is live, APCER otherwise. */
export interface KindFigure {
  readonly kind: string;
  readonly live: boolean;
  /** People behind the presentations; these, not the trials, are independent. */
  readonly subjects?: number;
  readonly atDefault: Rate;
  readonly atEqualError: Rate;
}

export interface ScoreFigures {
  readonly name: string;
  readonly defaultThreshold: number;
  /** Over the attacks the score is meant for. */
  readonly equalError?: EqualErrorPoint;
  readonly kinds: readonly KindFigure[];
}

export interface LabelledScore {
  readonly kind: string;
  readonly live: boolean;
  readonly subject?: string;
  readonly score: number;
}

/** Errors of a score by kind, at its threshold and where errors are equal over the named kinds of attack. */
export const scoreFigures = (
  name: string,
  scores: readonly LabelledScore[],
  defaultThreshold: number,
  aimedAt: (kind: string) => boolean = () => true,
): ScoreFigures => {
  const equalError = equalErrorPoint(
    scores.filter(({ live }) => live).map(({ score }) => score),
    scores.filter(({ live, kind }) => !live && aimedAt(kind)).map(({ score }) => score),
  );
  const kinds = [...new Set(scores.map(({ kind }) => kind))].map((kind) => {
    const own = scores.filter((each) => each.kind === kind);
    const { live } = own[0];
    const values = own.map(({ score }) => score);
    const errors = live ? liveErrors : attackErrors;
    const people = new Set(own.map(({ subject }) => subject).filter((each) => each !== undefined));
    return {
      kind,
      live,
      ...(people.size > 0 && { subjects: people.size }),
      atDefault: errors(values, defaultThreshold),
      atEqualError: errors(values, equalError?.threshold ?? defaultThreshold),
    };
  });
  return { name, defaultThreshold, ...(equalError && { equalError }), kinds };
};

export interface SequenceFigures {
  readonly turn: ScoreFigures;
  readonly fused: ScoreFigures;
  /** Trained on everything, before the shift of the operating point. */
  readonly turnModel: LogisticModel;
  readonly fusedModel: LogisticModel;
  /** Share of sequences each movement filter refuses, by kind. */
  readonly filters: readonly { readonly kind: string; readonly subject: Rate; readonly device: Rate }[];
}

const FOLDS = 5;

/** Moves the decision by log odds, as the shipped score is. */
const shifted = (score: number): number =>
  1 / (1 + Math.exp(-(Math.log(score / (1 - score)) + OPERATING_SHIFT)));

/** The turn alone and fused, each cross-validated by person, and the movement filters. */
export const sequenceFigures = (sequences: readonly MeasuredSequence[], seed: string): SequenceFigures => {
  const figures = (name: string, features: (sequence: MeasuredSequence) => number[]): ScoreFigures => {
    const { scores } = crossValidate(sequences, features, FOLDS, seed);
    const labelled = sequences.map(({ kind, subject }, i) => ({
      kind,
      subject,
      live: kind === 'live',
      score: shifted(Math.min(1 - 1e-12, Math.max(1e-12, scores[i]))),
    }));
    return scoreFigures(name, labelled, LIVE_SCORE);
  };
  const kinds = [...new Set(sequences.map(({ kind }) => kind))];
  return {
    turn: figures('turn of the head', turnFeatures),
    fused: figures('fused', fusedFeatures),
    turnModel: trainFusion(sequences, turnFeatures),
    fusedModel: trainFusion(sequences, fusedFeatures),
    filters: kinds.map((kind) => {
      const own = sequences.filter((sequence) => sequence.kind === kind);
      const refused = (name: string): Rate =>
        rateOf(
          own.filter(({ filters }) => filters.some((each) => each.name === name && each.triggered)).length,
          own.length,
        );
      return {
        kind,
        subject: refused('no_movement_from_subject'),
        device: refused('no_movement_from_device'),
      };
    }),
  };
};

/** Verdicts of one sort of flash session. */
export interface FlashFigure {
  readonly kind: FlashKind;
  readonly live: boolean;
  /** The flash alone is not meant to stop it. */
  readonly beyond: boolean;
  readonly frames: number;
  readonly strength: number;
  /** Refused if live (missing or unclear), accepted if an attack. */
  readonly error: Rate;
  /** Of all, those whose verdict is `unclear`. */
  readonly unclear: Rate;
}

export interface FlashFigures {
  readonly figures: readonly FlashFigure[];
  /** Of the correlation alone, by frames and strength, over the attacks the flash is aimed at. */
  readonly equalErrors: readonly {
    readonly frames: number;
    readonly strength: number;
    readonly point: EqualErrorPoint;
  }[];
}

/** Rates of the flash by kind, length and strength. */
export const flashFigures = (trials: readonly FlashTrial[]): FlashFigures => {
  const groups = new Map<string, FlashTrial[]>();
  for (const trial of trials) {
    const key = `${trial.frames} ${trial.kind} ${trial.strength}`;
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const figures = [...groups.values()].map((group) => {
    const { kind, frames, strength } = group[0];
    const live = LIVE_FLASH.includes(kind);
    const verdicts = (verdict: string): number =>
      group.filter(({ response }) => response.verdict === verdict).length;
    const passed = verdicts('reflected');
    return {
      kind,
      live,
      beyond: BEYOND_FLASH.includes(kind),
      frames,
      strength,
      error: rateOf(live ? group.length - passed : passed, group.length),
      unclear: rateOf(verdicts('unclear'), group.length),
    };
  });
  const scoresOf = (choose: (trial: FlashTrial) => boolean): number[] =>
    trials.filter(choose).map(({ response }) => response.score);
  const equalErrors = figures
    .filter(({ kind }) => kind === 'live')
    .flatMap(({ frames, strength }) => {
      const point = equalErrorPoint(
        scoresOf((t) => t.kind === 'live' && t.frames === frames && t.strength === strength),
        scoresOf((t) => t.frames === frames && ![...LIVE_FLASH, ...BEYOND_FLASH].includes(t.kind)),
      );
      return point ? [{ frames, strength, point }] : [];
    });
  return { figures, equalErrors };
};
