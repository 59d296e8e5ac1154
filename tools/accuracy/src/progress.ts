/** A line that is rewritten on a terminal and stays silent elsewhere but for its end. */
export interface Progress {
  step(): void;
}

const REDRAW_MS = 100;

export const createProgress = (title: string, total: number, output: NodeJS.WriteStream): Progress => {
  let done = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    step: () => {
      done++;
      const nowMs = performance.now();
      const last = done === total;
      if (!last && (!output.isTTY || nowMs - drawnMs < REDRAW_MS)) return;
      drawnMs = nowMs;
      const filled = Math.round((30 * done) / total);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(30 - filled)}`;
      output.write(`${output.isTTY ? '\r' : ''}${title} [${bar}] ${done}/${total}${last ? '\n' : ''}`);
    },
  };
};
