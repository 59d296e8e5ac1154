import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const RefusalFilter = Type.Object({
  name: Type.String(),
  triggered: Type.Boolean(),
  value: Type.Number(),
  threshold: Type.Number(),
});

/** What became of one photo. */
const JournalEntry = Type.Object({
  file: Type.String(),
  /** Of the photo's bytes, hex: a photo that was exchanged is imported anew. */
  sha256: Type.String(),
  externalUserId: Type.String(),
  outcome: Type.Union([Type.Literal('enrolled'), Type.Literal('refused'), Type.Literal('failed')]),
  keylessId: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  filters: Type.Optional(Type.Array(RefusalFilter)),
});
export type JournalEntry = Static<typeof JournalEntry>;

/** Outcomes of earlier runs, one JSON line each; the last line of a file counts. */
export interface ImportJournal {
  readonly entries: ReadonlyMap<string, JournalEntry>;
  /** On the disk when it returns. */
  append(entry: JournalEntry): void;
  close(): void;
}

const entryOf = (line: string): JournalEntry | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return Value.Check(JournalEntry, value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const readOrEmpty = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};

/** Opens a journal; a line that a crash cut off is taken away, so that the next one stands alone. */
export const openImportJournal = (path: string): ImportJournal => {
  const content = readOrEmpty(path);
  const wholeBytes = content.lastIndexOf('\n') + 1;
  const entries = new Map<string, JournalEntry>();
  for (const line of content.subarray(0, wholeBytes).toString('utf8').split('\n')) {
    const entry = entryOf(line);
    if (entry) entries.set(entry.file, entry);
  }
  const descriptor = openSync(path, 'a', 0o600);
  if (wholeBytes < content.length) ftruncateSync(descriptor, wholeBytes);
  return {
    entries,
    append: (entry) => {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`);
      fsyncSync(descriptor);
      entries.set(entry.file, entry);
    },
    close: () => closeSync(descriptor),
  };
};
