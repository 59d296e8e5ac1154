import { readFile } from 'node:fs/promises';
import type { AnalysisStats, BiometricPool, FaceFrame, ImageInput } from '@openrecognize/biometrics';

/** One frame as a session sees it. */
export interface Observation {
  readonly frame: FaceFrame;
  /** Score of the still model; a face it does not see counts as 0. */
  readonly livenessScore: number;
  /** What the pose network says, for sets that have one. */
  readonly pose: NonNullable<AnalysisStats['pose']> | undefined;
}

/** The picture through the pipeline; undefined where a filter refuses it, as in a session. */
export const observe = async (pool: BiometricPool, image: ImageInput): Promise<Observation | undefined> => {
  const { frame, embedding, filters, stats } = await pool.analyze(image, {
    scenario: 'SELFIE',
    liveness: true,
    sequence: true,
  });
  embedding?.fill(0);
  if (frame === undefined || filters.some(({ triggered }) => triggered)) return undefined;
  return { frame, livenessScore: stats.livenessScore ?? 0, pose: stats.pose };
};

/** A file and what was observed in it. */
export interface ObservedFile extends Observation {
  readonly path: string;
}

/** The pictures of some files in order, without those a filter refuses. */
export const observeFiles = async (
  pool: BiometricPool,
  paths: readonly string[],
): Promise<ObservedFile[]> => {
  const seen = await Promise.all(
    paths.map(async (path) => {
      const observation = await observe(pool, await readFile(path));
      return observation && { path, ...observation };
    }),
  );
  return seen.filter((each) => each !== undefined);
};
