/** Time, as a parameter. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(durationMs: number): Promise<void>;
}
