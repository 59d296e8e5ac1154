import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { limits } from '@openrecognize/contracts';
import { enrollPatiently, type Patience } from './enroll-patiently.ts';
import type { ImportJournal, JournalEntry } from './import-journal.ts';
import type { AgentAnswer, PhotoAgent } from './photo-agent.ts';
import type { ListedPhoto } from './photo-list.ts';
import type { EnrolledState, StateFiles } from './state-files.ts';

export interface ImportPhotosOptions {
  readonly photos: readonly ListedPhoto[];
  readonly agent: PhotoAgent;
  readonly journal: ImportJournal;
  readonly states: StateFiles;
  readonly concurrency: number;
  readonly patience: Patience;
  /** Told of every photo that is settled, in this run or in an earlier one. */
  readonly onSettled: (entry: JournalEntry, isEarlier: boolean) => void;
}

type Identity = Pick<JournalEntry, 'file' | 'sha256' | 'externalUserId'>;

const readPhoto = (path: string): Uint8Array | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

const settle = (identity: Identity, answer: AgentAnswer, states: StateFiles): JournalEntry => {
  switch (answer.outcome) {
    case 'enrolled': {
      const { outcome, ...state } = answer;
      // Before the journal: a state is never lost to a crash, and the next run finds it.
      states.save({ ...identity, ...state });
      return { ...identity, outcome, keylessId: answer.keylessId };
    }
    case 'refused':
      return { ...identity, outcome: 'refused', detail: answer.detail, filters: [...answer.filters] };
    default:
      return { ...identity, outcome: 'failed', detail: answer.detail };
  }
};

/** What earlier runs say of a photo; failures are tried again. */
const earlierOutcome = (
  { journal, states }: ImportPhotosOptions,
  identity: Identity,
): JournalEntry | undefined => {
  const { file, sha256 } = identity;
  const noted = journal.entries.get(file);
  if (noted?.sha256 === sha256 && noted.outcome !== 'failed') return noted;
  const saved: EnrolledState | undefined = states.find(file, sha256);
  return saved && { ...identity, outcome: 'enrolled', keylessId: saved.keylessId };
};

const importPhoto = async (options: ImportPhotosOptions, photo: ListedPhoto): Promise<void> => {
  const { agent, journal, states, patience, onSettled } = options;
  const { file, path, externalUserId, scenario } = photo;
  const finish = (entry: JournalEntry, isEarlier = false): void => {
    if (journal.entries.get(file) !== entry) journal.append(entry);
    onSettled(entry, isEarlier);
  };
  const bytes = readPhoto(path);
  if (!bytes)
    return finish({ file, sha256: '', externalUserId, outcome: 'failed', detail: 'cannot be read' });
  const identity = { file, sha256: createHash('sha256').update(bytes).digest('hex'), externalUserId };
  const earlier = earlierOutcome(options, identity);
  if (earlier) return finish(earlier, true);
  if (bytes.length > limits.maxImageBytes) {
    return finish({ ...identity, outcome: 'refused', detail: 'IMAGE_TOO_LARGE: larger than 12 MiB' });
  }
  const answer = await enrollPatiently(agent, bytes, scenario, patience);
  finish(settle(identity, answer, states));
};

/**
 * Imports photos, `concurrency` at a time, in order. Returns early, with the photos under way settled, once
 * `patience.isStopped` says so.
 *
 * @throws what the journal or the state files throw, e.g. for a full disk; nothing is begun after that
 */
export const importPhotos = async (options: ImportPhotosOptions): Promise<void> => {
  const { photos, concurrency, patience } = options;
  const waiting = photos.values();
  const failure: { error?: unknown; has: boolean } = { has: false };
  const work = async (): Promise<void> => {
    for (const photo of waiting) {
      if (patience.isStopped() || failure.has) return;
      try {
        await importPhoto(options, photo);
      } catch (error) {
        Object.assign(failure, { error, has: true });
        return;
      }
      if (patience.isStopped()) return;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failure.has) throw failure.error;
};
