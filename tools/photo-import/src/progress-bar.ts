import type { JournalEntry } from './import-journal.ts';

export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Shows how far the import is. */
export interface ProgressBar {
  settled(entry: JournalEntry): void;
  /** Leaves the last state behind. */
  done(): void;
}

const barChars = 24;

/** On a terminal one line that changes; elsewhere a line for each tenth of the photos. */
export const createProgressBar = (sink: TextSink, total: number): ProgressBar => {
  const counts = { enrolled: 0, refused: 0, failed: 0 };
  let reported = 0;
  const count = () => counts.enrolled + counts.refused + counts.failed;
  const figures = () =>
    `${count()}/${total}, ${counts.enrolled} enrolled, ${counts.refused} refused, ${counts.failed} failed`;
  const draw = (): void => {
    const filled = Math.round((count() / total) * barChars);
    const line = `[${'#'.repeat(filled)}${'.'.repeat(barChars - filled)}] ${figures()}`;
    sink.write(`\r\u001b[2K${line.slice(0, (sink.columns ?? 80) - 1)}`);
  };
  return {
    settled: ({ outcome }) => {
      counts[outcome]++;
      if (sink.isTTY) {
        draw();
        return;
      }
      const tenth = Math.floor((count() / total) * 10);
      if (tenth === reported) return;
      reported = tenth;
      sink.write(`photo-import: ${figures()}\n`);
    },
    done: () => {
      if (sink.isTTY) sink.write('\n');
    },
  };
};
