import type { BackgroundReport } from '../operation-results.ts';

/** A result, and the circuits that are still on their way behind it. `background` never rejects. */
export interface OperationOutcome<T> {
  readonly result: T;
  readonly background: Promise<BackgroundReport>;
}
