/** A bucket of tokens that fills up again. */
export interface Budget {
  /** Takes one token; false when there is none. */
  spend(): boolean;
}

/** @param now milliseconds. */
export const createBudget = (
  { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
  now: () => number,
): Budget => {
  let left = burst;
  let filledMs = now();
  return {
    spend: () => {
      const nowMs = now();
      left = Math.min(burst, left + (Math.max(0, nowMs - filledMs) / 1_000) * perSecond);
      filledMs = nowMs;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
};
