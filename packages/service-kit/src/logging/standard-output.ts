import { type DestinationStream, destination } from 'pino';

/** Standard output, with lines collected for a short while. */
export interface BufferedOutput extends DestinationStream {
  /** Writes what is collected; waits until the system has taken it. */
  flush(): void;
}

/** About a hundred lines. */
const BUFFER_CHARS = 16 * 1024;
/** Longest time a line waits for others. */
const FLUSH_AFTER_MS = 100;

const open = (): BufferedOutput => {
  const output = destination({ dest: 1, sync: true });
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  // Every way to end but a kill comes by here.
  process.on('exit', flush);
  return {
    write(line) {
      waiting += line;
      if (waiting.length >= BUFFER_CHARS) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
    flush,
  };
};

let shared: BufferedOutput | undefined;

/**
 * The standard output of the process, one for all its loggers. A line per request would otherwise be a system call per
 * request, which costs more than the line: lines leave together, at the latest 100 ms after the first.
 */
export const standardOutput = (): BufferedOutput => {
  shared ??= open();
  return shared;
};
