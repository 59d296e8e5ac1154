import { createHash } from 'node:crypto';
import type { AnalyzeOptions, FilterName, ImageAnalysis } from '@openrecognize/biometrics';
import { readModelManifest } from '@openrecognize/biometrics';
import { concatBytes } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { ImageAnalyzer } from '../src/index.ts';

/** 2,048 bits that depend on nothing but the name. */
export const codeOf = (person: string): Uint8Array =>
  concatBytes(...Array.from({ length: 8 }, (_, i) => createHash('sha256').update(`${person} ${i}`).digest()));

const stats = (faceCount: number): ImageAnalysis['stats'] => ({
  width: 640,
  height: 480,
  format: 'jpeg',
  workingWidth: 640,
  workingHeight: 480,
  faceCount,
  timingsMs: { decode: 1, detect: 1 },
  processingMs: 2,
});

const filter = (name: FilterName, triggered: boolean) => ({
  name,
  triggered,
  value: triggered ? 0 : 1,
  threshold: 0.5,
});

/**
 * "Photos" are text: `person:NAME` has a face, `blurred`, `empty room` and `crowd` are refused, anything else is no
 * photo. Keeps what it was asked and the arrays it handed out or got, to see them erased.
 */
export const createFakeAnalyzer = () => {
  const manifest = readModelManifest('default');
  const asked: AnalyzeOptions[] = [];
  const images: Uint8Array[] = [];
  const codes: Uint8Array[] = [];
  const gate: { wait?: Promise<void>; failure?: unknown } = {};
  const analyzer: ImageAnalyzer = {
    manifest,
    analyze: async (image, options) => {
      if (!(image instanceof Uint8Array)) throw new TypeError('photos are files');
      asked.push(options);
      images.push(image);
      const text = new TextDecoder().decode(image);
      await gate.wait;
      if (gate.failure) throw gate.failure;
      if (text === 'empty room') return { filters: [filter('face_missing', true)], stats: stats(0) };
      if (text === 'crowd') {
        return {
          filters: [
            filter('face_missing', false),
            filter('face_multiple', true),
            filter('eyes_closed', true),
          ],
          stats: stats(3),
        };
      }
      if (!text.startsWith('person:')) throw new RecognizeError('IMAGE_FORMAT_INVALID');
      const bits = codeOf(text);
      codes.push(bits);
      const { family, version } = manifest;
      return {
        code: { bits, artifact: { family, version } },
        filters: [filter('face_missing', false)],
        stats: stats(1),
      };
    },
  };
  return { analyzer, asked, images, codes, gate };
};
