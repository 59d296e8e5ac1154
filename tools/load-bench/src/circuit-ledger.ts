/** A rule about circuits that did not hold, by name. */
export type LedgerViolation = 'INDEX_WENT_BACK' | 'STOCK_DOES_NOT_ADD_UP';

/** What one device knows of its circuits: an index is answered once, and stock changes by what was sent and used. */
export interface CircuitLedger {
  /** The index the device would use next, after an authentication whatever its outcome. */
  recordIndex(nextIndex: number): void;
  /** Stock the server told with the verdict, circuits sent after it, stock it told then. */
  recordRefill(refill: { stockBefore: number; uploaded: number; stockAfter: number }): void;
  /** Circuits answered since the start: at most one each authentication, or two where one was lost. */
  readonly usedCount: number;
  readonly violations: ReadonlyMap<LedgerViolation, number>;
}

export const createCircuitLedger = (firstIndex: number): CircuitLedger => {
  let next = firstIndex;
  const violations = new Map<LedgerViolation, number>();
  const violate = (violation: LedgerViolation): void => {
    violations.set(violation, (violations.get(violation) ?? 0) + 1);
  };
  return {
    recordIndex: (nextIndex) => {
      if (nextIndex < next) violate('INDEX_WENT_BACK');
      next = nextIndex;
    },
    recordRefill: ({ stockBefore, uploaded, stockAfter }) => {
      if (stockAfter !== stockBefore + uploaded) violate('STOCK_DOES_NOT_ADD_UP');
    },
    get usedCount() {
      return next - firstIndex;
    },
    violations,
  };
};
