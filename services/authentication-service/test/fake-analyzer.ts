import { createHash } from 'node:crypto';
import {
  type AnalyzeOptions,
  type FilterName,
  type ImageAnalysis,
  readModelManifest,
} from '@openrecognize/biometrics';
import { concatBytes } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { ImageAnalyzer } from '../src/index.ts';

/** 2,048 bits that depend on nothing but the name. */
export const codeOf = (person: string): Uint8Array =>
  concatBytes(...Array.from({ length: 8 }, (_, i) => createHash('sha256').update(`${person} ${i}`).digest()));

const stats: ImageAnalysis['stats'] = {
  width: 640,
  height: 480,
  format: 'jpeg',
  workingWidth: 640,
  workingHeight: 480,
  faceCount: 1,
  timingsMs: { decode: 1, detect: 1 },
  processingMs: 2,
};
const filter = (name: FilterName, triggered: boolean) => ({ name, triggered, value: 0, threshold: 0.5 });

/** "Photos" are text: `person:NAME` has a face, `crowd` is refused by two filters, anything else is no photo. */
export const createFakeAnalyzer = () => {
  const manifest = readModelManifest('default');
  const asked: AnalyzeOptions[] = [];
  const images: Uint8Array[] = [];
  const codes: Uint8Array[] = [];
  const gate: { wait?: Promise<void>; failure?: unknown } = {};
  const analyzer: ImageAnalyzer = {
    manifest,
    analyze: async (image, options) => {
      asked.push(options);
      if (!(image instanceof Uint8Array)) throw new TypeError('photos are files');
      images.push(image);
      const text = new TextDecoder().decode(image);
      await gate.wait;
      if (gate.failure) throw gate.failure;
      if (image.length === 0) throw new RecognizeError('IMAGE_EMPTY');
      if (text === 'crowd') {
        const filters = [
          filter('face_multiple', true),
          filter('face_partial', false),
          filter('eyes_closed', true),
        ];
        return { filters, stats };
      }
      if (!text.startsWith('person:')) throw new RecognizeError('IMAGE_FORMAT_INVALID');
      const bits = codeOf(text);
      codes.push(bits);
      const { family, version } = manifest;
      return {
        code: { bits, artifact: { family, version } },
        filters: [filter('face_missing', false)],
        stats,
      };
    },
  };
  return { analyzer, asked, images, codes, gate };
};
