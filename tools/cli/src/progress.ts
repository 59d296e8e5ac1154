/** Where a command says what it is doing while it does it. */
export interface Progress {
  step(text: string): void;
  /** Ends the current step without a trace on a terminal. */
  done(): void;
  /** A line that stays. */
  note(text: string): void;
}

export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** On a terminal one line that changes, elsewhere one line for each step. */
export const createProgress = (sink: TextSink): Progress => {
  const clearLine = sink.isTTY ? '\r\u001b[2K' : '';
  return {
    step: (text) => sink.write(sink.isTTY ? `${clearLine}${text} ...` : `recognize: ${text}\n`),
    done: () => sink.write(clearLine),
    note: (text) => sink.write(`${clearLine}${text}\n`),
  };
};
