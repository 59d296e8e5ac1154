import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Picture, picturesOf, portraitOf } from './browser/live-client.ts';
import { filmRecording } from './browser/scenes.ts';

/** Someone who can be seen by a camera: frames of one recording, and a photo that is not among them. */
export interface Person {
  readonly photo: Buffer;
  readonly frames: readonly Picture[];
}

const personOf = ([first, ...frames]: readonly Picture[]): Person => ({
  photo: Buffer.from(first!.bytes),
  frames,
});

const facesDir = process.env['FACES_DIR'] ?? '';
const recordings = join(facesDir, 'nuaa/seq-real');

/** Two people: recordings of real ones where they are there, else portraits of demo photos that move. */
export const twoPeople = async (): Promise<{ readonly one: Person; readonly other: Person }> => {
  if (facesDir === '' || !existsSync(recordings)) {
    return { one: personOf(await portraitOf('smiling')), other: personOf(await portraitOf('blonde')) };
  }
  // Frames between which the head turns: people who hold still are asked to, but recordings don't listen.
  const recorded = async (name: string, numbers: readonly number[]) => {
    const frames = await filmRecording(join(recordings, name));
    return personOf(await picturesOf(numbers.map((number) => frames[number]!)));
  };
  return {
    one: await recorded('0005_00_00_02', [0, 6, 7, 10, 11]),
    other: await recorded('0008_00_00_02', [0, 2, 4, 8, 9]),
  };
};
