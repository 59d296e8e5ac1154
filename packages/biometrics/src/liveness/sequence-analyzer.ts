import type { Point } from '../image/rgb-image.ts';
import type { FaceFrame } from './face-frame.ts';
import { type FlashFrame, type FlashResponse, flashResponse, MIN_FLASH_FRAMES } from './flash-response.ts';
import { headTurnDegrees } from './head-turn.ts';
import { shapeOf } from './landmark-shape.ts';
import { livenessScore } from './liveness-fusion.ts';
import { deviceMovement } from './movement.ts';

/** Names of the server filters that need several frames. */
export type SequenceFilterName = 'no_movement_from_device' | 'no_movement_from_subject';

/** What a filter over several frames saw. The unit of `value` and `threshold` is the filter's own; see spec 02 §8. */
export interface SequenceFilterResult {
  readonly name: SequenceFilterName;
  /** True: these frames must not become a code. */
  readonly triggered: boolean;
  /** 0 for the same frame again and again. */
  readonly value: number;
  readonly threshold: number;
}

/** One frame of a sequence, in the order of capture. */
export interface SequenceObservation {
  /**
   * `ImageAnalysis.frame` of an analysis with the option `sequence`. Absent for a frame that was refused, of which
   * nothing but its colour counts: it may still show in the next.
   */
  readonly frame?: FaceFrame;
  /** `ImageAnalysis.stats.livenessScore`, where it was computed. */
  readonly livenessScore?: number;
  /** Colour the screen showed when the frame was taken, `#rrggbb`, as the server chose it. */
  readonly flashColour?: string;
}

/** Everything known after the frames so far. */
export interface SequenceAssessment {
  /** Faces it rests on, among the latest `MAX_TURN_FRAMES`. */
  readonly frames: number;
  /** Both filters from the second face on, nothing before. */
  readonly filters: readonly SequenceFilterResult[];
  /** How far the head turned over all faces, in degrees: standard deviation; absent below two faces. */
  readonly turnDegrees?: number;
  /**
   * Fused score of the turn and, where there are any, still scores, 0 (attack) to 1 (live): the lowest of those after
   * each of the latest `HELD_SCORES` faces. Absent below `MIN_SCORE_FRAMES` faces.
   */
  readonly score?: number;
  /** Answer to the colour flash; absent where fewer than `MIN_FLASH_FRAMES` frames carry a colour. */
  readonly flash?: FlashResponse;
}

export interface SequenceAnalyzerOptions {
  /** Least `no_movement_from_subject` value that passes, in degrees; default `MIN_TURN_DEGREES`. */
  readonly minTurnDegrees?: number;
  /** Least `no_movement_from_device` value that passes; default `MIN_DEVICE_MOVEMENT`. */
  readonly minDeviceMovement?: number;
}

/** Frames of one session, one after the other. Holds numbers alone; no clock, no randomness, no pixels. */
export interface SequenceAnalyzer {
  add(observation: SequenceObservation): void;
  assess(): SequenceAssessment;
  /** Forgets every frame. */
  clear(): void;
}

/** Observations that flash and background are judged on: the latest ones. */
export const MAX_SEQUENCE_FRAMES = 12;
/**
 * Faces that turn and still score are judged on: all of a session. A window would let an attack try again with each new
 * frame.
 */
export const MAX_TURN_FRAMES = 240;
/** Scores in a row that count, by the lowest: one that is high once is luck, perhaps. */
export const HELD_SCORES = 3;
/** Faces the score needs: the first of them has nothing to turn against. */
export const MIN_SCORE_FRAMES = HELD_SCORES + 1;
/** Degrees: more than the noise of the landmarks makes of most plane pictures (docs/benchmarks/pad.md). */
export const MIN_TURN_DEGREES = 1.6;
/** Luma of 255: what the recompression of one still picture does; a camera on a stand is well above. */
export const MIN_DEVICE_MOVEMENT = 0.05;

const filter = (name: SequenceFilterName, value: number, threshold: number): SequenceFilterResult => ({
  name,
  // Not a number must not pass.
  triggered: !(value >= threshold),
  value,
  threshold,
});

/** What turn and still score need of a face. */
interface SeenFace {
  readonly shape: readonly Point[];
  readonly livenessScore: number | undefined;
}

const meanScore = (faces: readonly SeenFace[]): number | undefined => {
  const scores = faces.map(({ livenessScore: score }) => score).filter((score) => score !== undefined);
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

const flashOf = (seen: readonly SequenceObservation[]): FlashResponse | undefined => {
  const coloured = seen.filter(
    (each): each is SequenceObservation & FlashFrame => each.flashColour !== undefined,
  );
  return coloured.length < MIN_FLASH_FRAMES ? undefined : flashResponse(coloured);
};

/** An empty sequence. */
export const createSequenceAnalyzer = (options: SequenceAnalyzerOptions = {}): SequenceAnalyzer => {
  const minTurn = options.minTurnDegrees ?? MIN_TURN_DEGREES;
  const minDevice = options.minDeviceMovement ?? MIN_DEVICE_MOVEMENT;
  const latest: SequenceObservation[] = [];
  const frames: FaceFrame[] = [];
  const faces: SeenFace[] = [];
  const scores: number[] = [];
  let turnDegrees: number | undefined;

  const addFace = (frame: FaceFrame, score: number | undefined): void => {
    frames.push(frame);
    if (frames.length > MAX_SEQUENCE_FRAMES) frames.shift();
    faces.push({ shape: shapeOf(frame.landmarks), livenessScore: score });
    if (faces.length > MAX_TURN_FRAMES) faces.shift();
    if (faces.length < 2) return;
    turnDegrees = headTurnDegrees(faces.map(({ shape }) => shape));
    scores.push(livenessScore(meanScore(faces), turnDegrees));
    if (scores.length > HELD_SCORES) scores.shift();
  };
  const assess = (): SequenceAssessment => {
    const answer = flashOf(latest);
    return {
      frames: faces.length,
      filters:
        turnDegrees === undefined
          ? []
          : [
              filter('no_movement_from_subject', turnDegrees, minTurn),
              filter('no_movement_from_device', deviceMovement(frames), minDevice),
            ],
      ...(turnDegrees !== undefined && { turnDegrees }),
      ...(scores.length === HELD_SCORES && { score: Math.min(...scores) }),
      ...(answer && { flash: answer }),
    };
  };
  return {
    add: (observation) => {
      latest.push(observation);
      if (latest.length > MAX_SEQUENCE_FRAMES) latest.shift();
      const { frame, livenessScore: score } = observation;
      if (frame !== undefined) addFace(frame, score);
    },
    assess,
    clear: () => {
      latest.length = 0;
      frames.length = 0;
      faces.length = 0;
      scores.length = 0;
      turnDegrees = undefined;
    },
  };
};
