import { randomUUID } from 'node:crypto';
import { PhotoEnrollConfig } from '@keyless/sdk-mobile';
import { type CliContext, printResult, withFaceDevice } from '../cli-context.ts';
import { readPhoto } from '../photo-file.ts';

/** Enrolls NAME from one or more photos of the same person. */
export const enroll = async (context: CliContext, name: string, paths: readonly string[]): Promise<void> => {
  const { progress } = context;
  const photos = await Promise.all(paths.map(readPhoto));
  await withFaceDevice(context, name, photos, async (keyless) => {
    progress.step(`enrolling ${name}`);
    const startMs = performance.now();
    const operationInfo = { id: `recognize-enroll-${randomUUID()}`, externalUserId: name };
    const { keylessId } = await keyless.enroll(new PhotoEnrollConfig({ photo: photos, operationInfo }));
    const enrollMs = Math.round(performance.now() - startMs);
    progress.step('sending the remaining circuits');
    const rest = await keyless.whenIdle();
    if (rest?.failure)
      progress.note(`recognize: the remaining circuits did not arrive (${rest.failure}); later ones will`);
    printResult(context, {
      command: 'enroll',
      name,
      userId: keylessId,
      photos: photos.length,
      circuits: rest?.stock,
      enrollMs,
      sendCircuitsMs: Math.round(rest?.sendCircuitMs ?? 0),
    });
  });
};
