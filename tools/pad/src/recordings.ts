import { type Dirent, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A failure the user can mend, told in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Frames of one camera recording, in order. */
export interface Recording {
  readonly kind: 'live' | 'print';
  readonly id: string;
  /** The person shown. */
  readonly subject: string;
  readonly paths: readonly string[];
}

/** A single picture of a person. */
export interface Portrait {
  readonly subject: string;
  readonly path: string;
}

/** Several photos of one person. */
export interface Album {
  readonly subject: string;
  readonly paths: readonly string[];
}

/** A sample picture of a vendor's demo; what it shows is known from its name at best. */
export interface Sample {
  readonly name: string;
  readonly path: string;
}

export interface PadSets {
  readonly recordings: readonly Recording[];
  /** One photo of each of some people. */
  readonly portraits: readonly Portrait[];
  readonly samples: readonly Sample[];
  /** Photos of each of the people of `portraits`, all of them. */
  readonly albums: readonly Album[];
  /** Photos of everybody else: what the turn profile is learned from. */
  readonly others: readonly Album[];
}

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
};

const files = (folder: string): string[] =>
  entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.(jpe?g|png|bmp)$/i.test(entry.name) ? [path] : [];
  });

/** Recording and frame number in `0001_00_00_01_37.jpg` or `0001_00_00_01/0037.jpg`. */
const FRAME_PATH = /(\d{4}_\d+_\d+_\d+)[_/\\](\d+)\.jpe?g$/i;

const recordingsOf = (kind: Recording['kind'], folders: readonly string[]): Recording[] => {
  const frames = new Map<string, Map<number, string>>();
  for (const path of folders.flatMap(files)) {
    const match = FRAME_PATH.exec(path);
    if (match === null) continue;
    const recording = frames.get(match[1]) ?? new Map<number, string>();
    frames.set(match[1], recording.set(Number(match[2]), path));
  }
  return [...frames].map(([id, byNumber]) => ({
    kind,
    id,
    subject: `webcam-${id.slice(0, 4)}`,
    paths: [...byNumber].sort(([a], [b]) => a - b).map(([, path]) => path),
  }));
};

/**
 * Reads `nuaa/real`, `nuaa/seq-real`, `nuaa/print`, `nuaa/seq-print`, `lfw` (the first `maxPeople` people for attacks,
 * the others for the turn profile) and `spoof-samples` below a folder.
 * @throws UsageError without recordings of both kinds
 */
export const listPadSets = (folder: string, maxPeople: number): PadSets => {
  const nuaa = (name: string): string => join(folder, 'nuaa', name);
  const recordings = [
    ...recordingsOf('live', [nuaa('real'), nuaa('seq-real')]),
    ...recordingsOf('print', [nuaa('print'), nuaa('seq-print')]),
  ];
  if (!['live', 'print'].every((kind) => recordings.some((recording) => recording.kind === kind))) {
    throw new UsageError(
      `${relative(process.cwd(), folder) || '.'} holds no recordings in nuaa/real and nuaa/print`,
    );
  }
  const people = entries(join(folder, 'lfw'))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ subject: name, paths: files(join(folder, 'lfw', name)) }))
    .filter(({ paths }) => paths.length > 0);
  const albums = people.slice(0, maxPeople);
  const portraits = albums.map(({ subject, paths }) => ({ subject, path: paths[0] }));
  const sampleFolder = join(folder, 'spoof-samples');
  const samples = files(sampleFolder).map((path) => ({
    name: relative(sampleFolder, path).slice(0, 32),
    path,
  }));
  return { recordings, portraits, samples, albums, others: people.slice(maxPeople) };
};
