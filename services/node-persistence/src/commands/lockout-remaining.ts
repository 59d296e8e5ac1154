/** Whole seconds until `lockedUntilMs`, rounded up so that waiting them is enough; 0 when not locked out. */
export const lockoutRemainingSeconds = (lockedUntilMs: number, nowMs: number): number =>
  Math.max(0, Math.ceil((lockedUntilMs - nowMs) / 1000));
