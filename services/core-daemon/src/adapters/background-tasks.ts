import type { BackgroundTasks } from '../ports/background-tasks.ts';

export const createBackgroundTasks = (): BackgroundTasks => {
  const running = new Set<Promise<void>>();
  return {
    run(task) {
      const run = (async () => {
        try {
          await task();
        } catch {
          // The adapters log what fails; nobody is left to tell.
        }
      })();
      running.add(run);
      void run.then(() => running.delete(run));
    },
    async settled(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([Promise.all(running), timeout]);
      clearTimeout(timer);
    },
  };
};
