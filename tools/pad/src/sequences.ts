import { readFile } from 'node:fs/promises';
import type { BiometricPool, FaceFrame, ImageInput } from '@openrecognize/biometrics';
import { movedStill, movedWindow, readStill, STILL_ATTACKS, type StillAttack } from './moved-still.ts';
import { type Observation, observe, observeFiles } from './observe.ts';
import type { PadSets, Portrait, Recording } from './recordings.ts';
import { seededRandom } from './seeded-random.ts';

/** Frames of one presentation. */
export interface PresentedSequence {
  /** `live`, or what kind of attack it is. */
  readonly kind: string;
  readonly subject: string;
  readonly frames: readonly Observation[];
}

/** A recording with its observations, for the flash simulation. */
export interface ObservedRecording {
  readonly recording: Recording;
  readonly frames: readonly { readonly path: string; readonly frame: FaceFrame }[];
}

/** A sample picture and what the still model says; without a score where a filter refused it. */
export interface SampleScore {
  readonly name: string;
  readonly score?: number;
}

export interface Presentations {
  readonly samples: readonly SampleScore[];
  /** Short ones, to train and to compare. */
  readonly sequences: readonly PresentedSequence[];
  /** As long as sessions, frame by frame as they come. */
  readonly sessions: readonly PresentedSequence[];
  readonly stills: readonly { readonly kind: string; readonly score: number }[];
  readonly recordings: readonly ObservedRecording[];
}

/** Frames of a window, and how few a recording may have. */
export const WINDOW_FRAMES = 6;
const MIN_WINDOW_FRAMES = 3;
/** Frames of a session. */
export const SESSION_FRAMES = 30;
/** A recording that is shorter than a session, and at least this long, is played forth and back. */
const MIN_PLAYED_FRAMES = 4;
/** Places of a recording that sessions begin at, at most. */
const BEGINNINGS = 6;

/** Windows side by side; a rest that is too short joins none. */
export const windows = <T>(frames: readonly T[]): T[][] => {
  const cut: T[][] = [];
  for (let start = 0; start < frames.length; start += WINDOW_FRAMES) {
    const part = frames.slice(start, start + WINDOW_FRAMES);
    if (part.length >= MIN_WINDOW_FRAMES) cut.push(part);
  }
  return cut;
};

/** Sessions of one recording, played forth and back from several places on. */
export const played = <T>(frames: readonly T[]): T[][] => {
  if (frames.length < MIN_PLAYED_FRAMES) return [];
  const loop = [...frames, ...frames.slice(1, -1).reverse()];
  const step = Math.max(1, Math.ceil(loop.length / BEGINNINGS));
  return loop
    .map((_, start) => start)
    .filter((start) => start % step === 0)
    .map((start) => Array.from({ length: SESSION_FRAMES }, (_, i) => loop[(start + i) % loop.length]));
};

/** Kinds of attack made of one still picture. */
export const stillKind = (attack: string): string => `one photo, ${attack}`;
/** Several photos of one person, one after the other: a plane each, and yet a head that turns between them. */
export const IN_TURN = 'several photos, in turn';
/** A sample picture of a vendor that moves before the camera, as it fills the picture. */
export const MOVED_SAMPLE = 'sample picture, moved';
/** Heights of the window over a sample picture, in shares of what it allows. */
const SAMPLE_SHARES = [0.65, 0.76, 0.9] as const;

export interface PresentOptions {
  readonly seed: string;
  readonly onProgress: (done: string) => void;
  /** Attacks made of one photo; default all. */
  readonly attacks?: readonly StillAttack[];
}

const observeAll = async (pool: BiometricPool, images: readonly ImageInput[]): Promise<Observation[]> => {
  const seen = await Promise.all(images.map((image) => observe(pool, image)));
  return seen.filter((each) => each !== undefined);
};

const presentStill = async (
  pool: BiometricPool,
  { path }: Portrait,
  attack: StillAttack,
  seed: string,
): Promise<Observation[]> => {
  const still = await readStill(path);
  const random = seededRandom(`${seed} ${attack} ${path.split(/[/\\]/).slice(-2).join('/')}`);
  if (attack !== 'repeated') {
    return observeAll(pool, await movedStill(still, attack, SESSION_FRAMES, random));
  }
  const [seen] = await observeAll(pool, await movedStill(still, attack, 1, random));
  return seen === undefined ? [] : new Array<Observation>(SESSION_FRAMES).fill(seen);
};

const presentSamples = async (
  pool: BiometricPool,
  { samples }: PadSets,
  sessions: PresentedSequence[],
): Promise<SampleScore[]> => {
  const scores: SampleScore[] = [];
  for (const { name, path } of samples) {
    const seen = await observe(pool, await readFile(path));
    scores.push({ name, ...(seen && { score: seen.livenessScore }) });
    for (const share of SAMPLE_SHARES) {
      const frames = await observeAll(pool, await movedWindow(path, share, SESSION_FRAMES));
      if (frames.length >= MIN_PLAYED_FRAMES) sessions.push({ kind: MOVED_SAMPLE, subject: name, frames });
    }
  }
  return scores;
};

/** Runs every recording and every simulated attack through the pipeline. */
export const present = async (
  pool: BiometricPool,
  sets: PadSets,
  { seed, onProgress, attacks = STILL_ATTACKS }: PresentOptions,
): Promise<Presentations> => {
  const sequences: PresentedSequence[] = [];
  const sessions: PresentedSequence[] = [];
  const stills: { kind: string; score: number }[] = [];
  const recordings: ObservedRecording[] = [];
  for (const recording of sets.recordings) {
    const { kind, subject, paths } = recording;
    const frames = await observeFiles(pool, paths);
    for (const { livenessScore } of frames) stills.push({ kind, score: livenessScore });
    for (const part of windows(frames)) sequences.push({ kind, subject, frames: part });
    for (const part of played(frames)) sessions.push({ kind, subject, frames: part });
    if (kind === 'live') recordings.push({ recording, frames });
  }
  onProgress(`${sets.recordings.length} recordings`);
  const bases = [
    ...sets.portraits,
    ...sets.recordings
      .filter(({ kind }) => kind === 'live')
      .map(({ subject, paths }) => ({ subject, path: paths[0] })),
  ];
  for (const [i, base] of bases.entries()) {
    const { subject } = base;
    for (const attack of attacks) {
      const frames = await presentStill(pool, base, attack, seed);
      if (frames.length < MIN_PLAYED_FRAMES) continue;
      const kind = stillKind(attack);
      sequences.push({ kind, subject, frames: frames.slice(0, WINDOW_FRAMES) });
      sessions.push({ kind, subject, frames });
      if (attack === 'recompressed')
        stills.push({ kind: 'one photo, injected', score: frames[0].livenessScore });
    }
    if (i % 10 === 9) onProgress(`${i + 1} of ${bases.length} photos`);
  }
  for (const { subject, paths } of sets.albums) {
    const [session] = played(await observeFiles(pool, paths));
    if (session !== undefined) sessions.push({ kind: IN_TURN, subject, frames: session });
  }
  const samples = await presentSamples(pool, sets, sessions);
  onProgress(`${samples.length} sample pictures`);
  return { sequences, sessions, stills, recordings, samples };
};
