/** How attempts ended: a verdict, or the reason why there is none. */
export type AttemptEnd =
  | 'match'
  | 'no-match'
  | 'aborted'
  | 'locked-out'
  | 'busy'
  | 'replayed'
  | 'operation-exists'
  | 'unknown-or-late';

export interface AttemptMetrics {
  attemptEnded(end: AttemptEnd): void;
  lockoutBegan(): void;
}
