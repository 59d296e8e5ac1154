import { expect, it, vi } from 'vitest';
import { repeat } from './repeat.ts';

it('goes on after a failure, and runs no more once stopped', async () => {
  let runs = 0;
  const failures: unknown[] = [];
  const job = repeat(
    async () => {
      runs++;
      if (runs === 1) throw new Error('first');
    },
    2,
    (error) => failures.push(error),
  );
  await vi.waitFor(() => expect(runs).toBeGreaterThan(2));
  await job.stop();
  const atStop = runs;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(atStop);
  expect(failures).toHaveLength(1);
});

it('tells a run under way to end and waits for it', async () => {
  let ended = false;
  let begun = false;
  const job = repeat(
    (signal) =>
      new Promise((resolve) => {
        begun = true;
        signal.addEventListener('abort', () => {
          ended = true;
          resolve();
        });
      }),
    1,
    () => {},
  );
  await vi.waitFor(() => expect(begun).toBe(true));
  await job.stop();
  expect(ended).toBe(true);
});
