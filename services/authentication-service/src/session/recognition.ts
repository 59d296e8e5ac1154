import type { ImageAnalysis, SequenceAnalyzer, SequenceAssessment } from '@openrecognize/biometrics';
import { serverFilters } from './server-filters.ts';
import type { FrameOutcome } from './session-state.ts';

/** When the frames of a session suffice (spec 07 §7). */
export interface RecognitionPolicy {
  /** Good frames of one face that make a code. */
  readonly minAcceptedFrames: number;
  /** Least fused liveness score, 0..1. */
  readonly minLiveScore: number;
  /** The screen must have been seen to reflect from the face. */
  readonly isFlashRequired: boolean;
}

/** Frames of one session on their way to a code. Holds embeddings and numbers, no pixels. */
export interface Recognition {
  /** @param analysis of a frame, with the option `sequence`; its embedding is kept or wiped here. */
  add(analysis: ImageAnalysis, flashColour?: string): FrameOutcome;
  /** Unit length each; owned by this object. */
  readonly embeddings: readonly Float32Array[];
  /** Erases and forgets all frames. */
  clear(): void;
}

/** Cosine below which two frames don't show the same face; the match itself asks for far less. */
const minSameFaceCosine = 0.5;
/** More embeddings make a code hardly steadier. */
const maxEmbeddings = 8;

const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

const isLive = (
  { filters, score, flash }: SequenceAssessment,
  { minLiveScore, isFlashRequired }: RecognitionPolicy,
): boolean =>
  filters.length > 0 &&
  filters.every(({ triggered }) => !triggered) &&
  score !== undefined &&
  score >= minLiveScore &&
  (!isFlashRequired || flash?.verdict === 'reflected');

/**
 * An empty recognition (spec 07 WS-7). Only frames that pass every picture filter count, for the code and for liveness
 * alike: what proves to be alive is what is compared. All of them count for liveness, so that sending more gives an attack
 * no further try. A frame that shows another face than those before starts over with it.
 */
export const createRecognition = (policy: RecognitionPolicy, sequence: SequenceAnalyzer): Recognition => {
  const embeddings: Float32Array[] = [];
  const clear = (): void => {
    for (const embedding of embeddings.splice(0)) embedding.fill(0);
    sequence.clear();
  };
  const keep = (embedding: Float32Array): void => {
    if (embeddings.some((other) => cosine(other, embedding) < minSameFaceCosine)) clear();
    embeddings.push(embedding);
    if (embeddings.length > maxEmbeddings) embeddings.shift()!.fill(0);
  };
  return {
    embeddings,
    clear,
    add: ({ embedding, frame, filters, stats }, flashColour) => {
      const isAccepted = embedding !== undefined && frame !== undefined;
      const shown = flashColour === undefined ? {} : { flashColour };
      if (isAccepted) {
        keep(embedding);
        const { livenessScore } = stats;
        sequence.add({ frame, ...(livenessScore === undefined ? {} : { livenessScore }), ...shown });
      } else {
        embedding?.fill(0);
        // Its colour may still show in the next frame; nothing else of it counts.
        if (flashColour !== undefined) sequence.add(shown);
      }
      const assessment = sequence.assess();
      return {
        filters: serverFilters(filters, assessment.filters),
        accepted: isAccepted,
        isEnough: isAccepted && embeddings.length >= policy.minAcceptedFrames && isLive(assessment, policy),
      };
    },
  };
};
