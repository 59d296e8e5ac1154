import { createSequenceAnalyzer, LIVE_SCORE } from '@openrecognize/biometrics';
import { type Rate, rateOf } from './intervals.ts';
import type { PresentedSequence } from './sequences.ts';

/** Frames after which the table counts who was accepted. */
export const SESSION_LIMITS = [6, 14, 30] as const;

/**
 * Frame of a session, from 1, with which liveness held, as the service decides after each frame by the weights as
 * shipped; undefined where it never did.
 */
export const acceptedAt = ({ frames }: Pick<PresentedSequence, 'frames'>): number | undefined => {
  const analyzer = createSequenceAnalyzer();
  for (const [i, { frame, livenessScore }] of frames.entries()) {
    analyzer.add({ frame, livenessScore });
    const { filters, score } = analyzer.assess();
    const moves = filters.length > 0 && filters.every(({ triggered }) => !triggered);
    if (moves && score !== undefined && score >= LIVE_SCORE) return i + 1;
  }
  return undefined;
};

/** How many sessions of one kind were accepted. */
export interface SessionFigure {
  readonly kind: string;
  readonly subjects: number;
  /** Within each of `SESSION_LIMITS`. */
  readonly accepted: readonly Rate[];
}

/** Accepted sessions by kind. */
export const sessionFigures = (sessions: readonly PresentedSequence[]): readonly SessionFigure[] =>
  [...new Set(sessions.map(({ kind }) => kind))].map((kind) => {
    const own = sessions.filter((session) => session.kind === kind);
    const ends = own.map((session) => acceptedAt(session) ?? Number.POSITIVE_INFINITY);
    return {
      kind,
      subjects: new Set(own.map(({ subject }) => subject)).size,
      accepted: SESSION_LIMITS.map((limit) => rateOf(ends.filter((end) => end <= limit).length, own.length)),
    };
  });
