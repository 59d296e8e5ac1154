/** Runs asynchronous tasks one after the other, in the order they came. */
export interface SerialQueue {
  /** The promise of the task; a failed task does not hold up the next one. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

export const createSerialQueue = (): SerialQueue => {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = tail.then(task);
      tail = result.catch(() => undefined);
      return result;
    },
  };
};
