import { createHash } from 'node:crypto';
import {
  type FilterName,
  type ImageAnalysis,
  readModelManifest,
  type SequenceAnalyzer,
  type SequenceObservation,
} from '@openrecognize/biometrics';
import { RecognizeError } from '@openrecognize/contracts';
import type { Picture } from '@openrecognize/testing';
import type { ImageAnalyzer } from '../src/index.ts';

const side = 96;

/** A luma frame that says what is on it: `ann` moves with each number, `print-of-ann` and `nobody` do what they say. */
export const pictureOf = (who: string, moment = 0): Picture => {
  const bytes = new Uint8Array(side * side);
  bytes.set(Buffer.from(`${who}#${moment}`));
  return { encoding: 'luma', width: side, height: side, bytes };
};

/** 512 numbers of unit length that depend on the name; a moment adds a little. */
const embeddingOf = (who: string, moment: string): Float32Array => {
  const parts = Array.from({ length: 16 }, (_, i) => createHash('sha256').update(`${who} ${i}`).digest());
  const values = Float32Array.from(Buffer.concat(parts), (byte) => byte - 127.5);
  values[Number(moment) % 512] += 30;
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
};

const filterNames: readonly FilterName[] = ['face_missing', 'face_multiple', 'eyes_closed', 'face_too_small'];

/** Analyses `pictureOf` frames; `gate.wait` holds every analysis back. */
export const createFrameAnalyzer = () => {
  const gate: { wait?: Promise<void>; failure?: unknown } = {};
  const pictures: Uint8Array[] = [];
  const embeddings: Float32Array[] = [];
  const analyzer: ImageAnalyzer = {
    manifest: readModelManifest('default'),
    analyze: async (image): Promise<ImageAnalysis> => {
      const bytes = image instanceof Uint8Array ? image : image.bytes;
      pictures.push(bytes);
      const [who = '', moment = ''] = Buffer.from(bytes.subarray(0, bytes.indexOf(0)))
        .toString()
        .split('#');
      await gate.wait;
      if (gate.failure) throw gate.failure;
      if (who === 'garbage') throw new RecognizeError('IMAGE_FORMAT_INVALID');
      const triggered = who === 'nobody' ? 'face_missing' : who === 'crowd' ? 'face_multiple' : undefined;
      const filters = filterNames.map((name) => ({
        name,
        triggered: name === triggered,
        value: name === triggered ? 1 : 0,
        threshold: 0.5,
      }));
      const stats = { livenessScore: who.startsWith('print') ? 0.01 : 0.99 } as ImageAnalysis['stats'];
      if (triggered !== undefined) return { filters, stats };
      const embedding = embeddingOf(who.replace('print-of-', ''), moment);
      embeddings.push(embedding);
      return {
        filters,
        stats,
        embedding,
        frame: { width: Number(moment) } as ImageAnalysis['frame'] & object,
      };
    },
  };
  return { analyzer, gate, pictures, embeddings };
};

/** Judges by the numbers `createFrameAnalyzer` put into the frames. */
export const createFakeSequence = (): SequenceAnalyzer => {
  const seen: SequenceObservation[] = [];
  return {
    add: (observation) => void seen.push(observation),
    clear: () => {
      seen.length = 0;
    },
    assess: () => {
      const moments = new Set(seen.flatMap(({ frame }) => (frame ? [frame.width] : [])));
      const value = Math.max(0, moments.size - 1);
      const movement = { triggered: value < 1, value, threshold: 1 };
      const scores = seen.map(({ livenessScore = 0 }) => livenessScore);
      const colours = new Set(seen.map(({ flashColour }) => flashColour).filter(Boolean));
      return {
        frames: seen.length,
        filters:
          seen.length < 2
            ? []
            : [
                { name: 'no_movement_from_subject' as const, ...movement },
                { name: 'no_movement_from_device' as const, ...movement, triggered: false },
              ],
        ...(seen.length === 0
          ? {}
          : { score: scores.reduce((sum, score) => sum + score, 0) / scores.length }),
        ...(colours.size < 4
          ? {}
          : { flash: { score: 1, snr: 9, amplitude: 1, lagFrames: 0, verdict: 'reflected' as const } }),
      };
    },
  };
};
