import type { BiometricPool, FaceFrame } from '@openrecognize/biometrics';
import { movedStill, readStill, STILL_ATTACKS } from './moved-still.ts';
import { type Observation, observe, observeFiles } from './observe.ts';
import type { PadSets, Recording } from './recordings.ts';
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
  readonly sequences: readonly PresentedSequence[];
  readonly stills: readonly { readonly kind: string; readonly score: number }[];
  readonly recordings: readonly ObservedRecording[];
}

/** Frames of a window, and how few a recording may have. */
export const WINDOW_FRAMES = 6;
const MIN_WINDOW_FRAMES = 3;

/** Windows side by side; a rest that is too short joins none. */
export const windows = <T>(frames: readonly T[]): T[][] => {
  const cut: T[][] = [];
  for (let start = 0; start < frames.length; start += WINDOW_FRAMES) {
    const part = frames.slice(start, start + WINDOW_FRAMES);
    if (part.length >= MIN_WINDOW_FRAMES) cut.push(part);
  }
  return cut;
};

/** Kinds of attack made of one still picture. */
export const stillKind = (attack: string): string => `one photo, ${attack}`;

export interface PresentOptions {
  readonly seed: string;
  readonly onProgress: (done: string) => void;
}

/** Runs every recording and every simulated attack through the pipeline. */
export const present = async (
  pool: BiometricPool,
  sets: PadSets,
  { seed, onProgress }: PresentOptions,
): Promise<Presentations> => {
  const sequences: PresentedSequence[] = [];
  const stills: { kind: string; score: number }[] = [];
  const recordings: ObservedRecording[] = [];
  for (const recording of sets.recordings) {
    const { kind, subject, paths } = recording;
    const frames = await observeFiles(pool, paths);
    for (const { livenessScore } of frames) stills.push({ kind, score: livenessScore });
    for (const part of windows(frames)) sequences.push({ kind, subject, frames: part });
    if (kind === 'live') recordings.push({ recording, frames });
  }
  onProgress(`${sets.recordings.length} recordings`);
  const bases = [
    ...sets.portraits,
    ...sets.recordings
      .filter(({ kind }) => kind === 'live')
      .map(({ subject, paths }) => ({ subject, path: paths[0] })),
  ];
  for (const { subject, path } of bases) {
    const still = await readStill(path);
    for (const attack of STILL_ATTACKS) {
      const random = seededRandom(`${seed} ${attack} ${path.split(/[/\\]/).slice(-2).join('/')}`);
      const images = await movedStill(still, attack, WINDOW_FRAMES, random);
      const seen =
        attack === 'repeated'
          ? new Array<Observation | undefined>(WINDOW_FRAMES).fill(await observe(pool, images[0]))
          : await Promise.all(images.map((image) => observe(pool, image)));
      const frames = seen.filter((each) => each !== undefined);
      if (frames.length < MIN_WINDOW_FRAMES) continue;
      sequences.push({ kind: stillKind(attack), subject, frames });
      if (attack === 'recompressed')
        stills.push({ kind: 'one photo, injected', score: frames[0].livenessScore });
    }
  }
  onProgress(`${bases.length} photos, ${STILL_ATTACKS.length} attacks with each`);
  const samples: SampleScore[] = [];
  for (const { name, path } of sets.samples) {
    const [seen] = await observeFiles(pool, [path]);
    samples.push({ name, ...(seen && { score: seen.livenessScore }) });
  }
  return { sequences, stills, recordings, samples };
};
