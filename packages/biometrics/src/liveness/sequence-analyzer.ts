import type { FaceFrame } from './face-frame.ts';
import { type FlashFrame, type FlashResponse, flashResponse, MIN_FLASH_FRAMES } from './flash-response.ts';
import { livenessScore } from './liveness-fusion.ts';
import { deviceMovement, subjectMovement } from './movement.ts';
import { type SequenceCues, sequenceCues } from './sequence-cues.ts';

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
  /** Faces it rests on, among the latest `MAX_SEQUENCE_FRAMES` observations. */
  readonly frames: number;
  /** Both filters from the second frame on, nothing before. */
  readonly filters: readonly SequenceFilterResult[];
  /** Weight-free cues; absent below `MIN_CUE_FRAMES`. */
  readonly cues?: SequenceCues;
  /** Fused score of cues and, where there are any, still scores, 0 (attack) to 1 (live); absent without either. */
  readonly score?: number;
  /** Answer to the colour flash; absent where fewer than `MIN_FLASH_FRAMES` frames carry a colour. */
  readonly flash?: FlashResponse;
}

export interface SequenceAnalyzerOptions {
  /** Least `no_movement_from_subject` value that passes; default `MIN_SUBJECT_MOVEMENT`. */
  readonly minSubjectMovement?: number;
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

/** Frames an analyzer remembers. */
export const MAX_SEQUENCE_FRAMES = 12;
/** Frames the cues need. */
export const MIN_CUE_FRAMES = 3;
/** Eye distances: as much as recompression and noise move the landmarks of one still picture (docs/benchmarks/pad.md). */
export const MIN_SUBJECT_MOVEMENT = 0.003;
/** Luma of 255: what the recompression of one still picture does; a camera on a stand is well above. */
export const MIN_DEVICE_MOVEMENT = 0.05;

const filter = (name: SequenceFilterName, value: number, threshold: number): SequenceFilterResult => ({
  name,
  triggered: value < threshold,
  value,
  threshold,
});

/** An empty sequence. */
export const createSequenceAnalyzer = (options: SequenceAnalyzerOptions = {}): SequenceAnalyzer => {
  const minSubject = options.minSubjectMovement ?? MIN_SUBJECT_MOVEMENT;
  const minDevice = options.minDeviceMovement ?? MIN_DEVICE_MOVEMENT;
  const seen: SequenceObservation[] = [];

  const flash = (): FlashResponse | undefined => {
    const coloured = seen.filter(
      (each): each is SequenceObservation & FlashFrame => each.flashColour !== undefined,
    );
    return coloured.length < MIN_FLASH_FRAMES ? undefined : flashResponse(coloured);
  };
  const assess = (): SequenceAssessment => {
    const frames = seen.map(({ frame }) => frame).filter((frame) => frame !== undefined);
    const cues = frames.length < MIN_CUE_FRAMES ? undefined : sequenceCues(frames);
    const stills = seen.map((each) => each.livenessScore).filter((score) => score !== undefined);
    const score = livenessScore(stills, cues);
    const answer = flash();
    const filters =
      frames.length < 2
        ? []
        : [
            filter('no_movement_from_subject', subjectMovement(frames), minSubject),
            filter('no_movement_from_device', deviceMovement(frames), minDevice),
          ];
    return {
      frames: frames.length,
      filters,
      ...(cues && { cues }),
      ...(score !== undefined && { score }),
      ...(answer && { flash: answer }),
    };
  };
  return {
    add: (observation) => {
      seen.push(observation);
      if (seen.length > MAX_SEQUENCE_FRAMES) seen.shift();
    },
    assess,
    clear: () => {
      seen.length = 0;
    },
  };
};
