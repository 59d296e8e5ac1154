import { performance } from 'node:perf_hooks';

/** Runs a step and reports how long it took, with what it threw, if anything. */
export const timed = async <Result>(
  step: () => Promise<Result>,
  observe: (seconds: number, error?: unknown) => void,
): Promise<Result> => {
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1000;
  try {
    const result = await step();
    observe(seconds());
    return result;
  } catch (error) {
    observe(seconds(), error);
    throw error;
  }
};
