/** What a pool holds: something that does one thing at a time. */
export interface Poolable {
  close(): void;
}

export interface SessionPoolOptions<Session extends Poolable> {
  readonly size: number;
  /** Opens a session; called again after each one that failed. */
  readonly open: () => Session;
  /** Longest wait for a free session and its answer together. */
  readonly deadlineMs: number;
}

export interface SessionPool<Session extends Poolable> {
  /** @throws what `open` or `use` throws, and an Error when the deadline is over */
  run<T>(use: (session: Session) => Promise<T>): Promise<T>;
  /** Closes what is idle now and the rest as it comes back. */
  close(): void;
}

const closeQuietly = (session: Poolable): void => {
  try {
    session.close();
  } catch {
    // It is gone already; there is nothing left to free.
  }
};

/**
 * At most `size` sessions, opened on demand. One that failed is closed, not used again: its handle may be dead. One
 * that does not answer keeps its place until it does, so that a stuck module holds no more than `size` threads.
 */
export const createSessionPool = <Session extends Poolable>(
  options: SessionPoolOptions<Session>,
): SessionPool<Session> => {
  const { size, open, deadlineMs } = options;
  const idle: Session[] = [];
  const waiting: (() => void)[] = [];
  let inUse = 0;
  let isClosed = false;

  const free = (session: Session | undefined): void => {
    inUse--;
    if (session !== undefined && isClosed) closeQuietly(session);
    else if (session !== undefined) idle.push(session);
    waiting.shift()?.();
  };

  const useOne = async <T>(use: (session: Session) => Promise<T>): Promise<T> => {
    inUse++;
    let session: Session | undefined;
    try {
      session = idle.pop() ?? open();
      const result = await use(session);
      free(session);
      return result;
    } catch (error) {
      if (session !== undefined) closeQuietly(session);
      // The others were opened on the same connection: look at them anew as well.
      for (const other of idle.splice(0)) closeQuietly(other);
      free(undefined);
      throw error;
    }
  };

  return {
    run: (use) =>
      new Promise((resolve, reject) => {
        let isOver = false;
        const start = (): void => {
          if (isOver) {
            waiting.shift()?.();
            return;
          }
          useOne(use)
            .then(resolve, reject)
            .finally(() => clearTimeout(timer));
        };
        const timer = setTimeout(() => {
          isOver = true;
          reject(new Error(`no answer within ${deadlineMs} ms`));
        }, deadlineMs);
        if (inUse < size) start();
        else waiting.push(start);
      }),
    close() {
      isClosed = true;
      for (const session of idle.splice(0)) closeQuietly(session);
    },
  };
};
