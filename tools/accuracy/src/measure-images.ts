import { readFile } from 'node:fs/promises';
import {
  createBinarizer,
  type ImageMeasurement,
  type MeasuringPool,
  type Scenario,
} from '@openrecognize/biometrics';
import type { LabelledImage } from './faces-folder.ts';
import { createProgress } from './progress.ts';

/** One picture of a data set after the pipeline. */
export interface MeasuredImage extends LabelledImage {
  readonly measurement: ImageMeasurement;
  /** Code of the main face, even if a filter refused the picture; absent without a face. */
  readonly code?: Uint8Array;
}

export interface MeasureOptions {
  readonly title: string;
  readonly scenario: Scenario;
  readonly liveness: boolean;
  /** Pictures in the hands of the pool at a time. */
  readonly concurrency: number;
}

/** Runs every picture through the pool, in order of the list. */
export const measureImages = async (
  pool: MeasuringPool,
  images: readonly LabelledImage[],
  options: MeasureOptions,
): Promise<MeasuredImage[]> => {
  const binarizer = createBinarizer(pool.manifest.code);
  const progress = createProgress(options.title, images.length, process.stderr);
  const measured = new Array<MeasuredImage>(images.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < images.length) {
      const index = next++;
      const image = images[index];
      const { scenario, liveness } = options;
      const measurement = await pool.measure(await readFile(image.path), { scenario, liveness });
      const { embedding } = measurement;
      measured[index] = {
        ...image,
        measurement,
        ...(embedding && { code: binarizer.encode([embedding]) }),
      };
      progress.step();
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
  return measured;
};

/** Names of the filters that refused a picture. */
export const refusals = ({ measurement }: MeasuredImage): readonly string[] =>
  measurement.filters.filter(({ triggered }) => triggered).map(({ name }) => name);
