/**
 * Shape of one row of the error catalogue (spec 06 §2). The tables in `tables/` are plain data: every surface
 * has its own table, and a code is unique within its surface only.
 */

/** Who can act on the error, and so whose words `meaning` and `nextStep` are written in. */
export type ErrorAudience = 'end-user' | 'integrator' | 'operator' | 'internal';

export interface CatalogueEntry {
  /** Fixed number, unique within the surface, never reused (spec 06 ER-2, ER-3). */
  readonly number: number;
  /** HTTP status the error travels with, or null where it never crosses HTTP. */
  readonly httpStatus: number | null;
  /** True if a program may begin the same operation anew, without the person changing anything (spec 06 ER-10). */
  readonly retryable: boolean;
  readonly audience: ErrorAudience;
  /** Number of the shared error model (`SHARED_ERRORS`) the error is reported as. */
  readonly shared: number;
  /** One sentence: what happened. Safe to show to the caller. */
  readonly meaning: string;
  /** One sentence: what the audience does about it. */
  readonly nextStep: string;
  /** Component that raises the error. */
  readonly raisedBy: string;
  /** Product version that brought the code. */
  readonly since?: string;
  /** Product version that raises the code no more. */
  readonly until?: string;
  /** `legacy`: kept for older clients, raised no more. `newer`: only of interfaces later than Web SDK 2.x. */
  readonly marker?: 'legacy' | 'newer';
}
