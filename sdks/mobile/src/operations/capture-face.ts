import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { CameraError, type CaptureRequest } from '../ports/camera-port.ts';
import type { CaptureScenario } from '../ports/face-analyzer-port.ts';
import type { DeviceContext } from '../session.ts';

/** A face as the protocol needs it. `code` is the caller's, who wipes it. */
export interface CapturedFace {
  readonly code: Uint8Array;
  readonly firstImage: Uint8Array | undefined;
  readonly captureMs: number;
  readonly analysisMs: number;
}

/**
 * The code behind pictures of one face.
 *
 * @throws RecognizeError FILTER_TRIGGERED with the `filters` that refused a picture.
 */
export const analyzeFace = async (
  context: DeviceContext,
  images: readonly Uint8Array[],
  scenario: CaptureScenario,
): Promise<Uint8Array> => {
  const { code, triggeredFilters } = await context.ports.analyzer.analyze(images, scenario);
  if (code && triggeredFilters.length === 0) return code;
  if (code) wipe(code);
  throw new RecognizeError('FILTER_TRIGGERED', { details: { filters: triggeredFilters } });
};

/** Takes pictures, turns them into a code and erases them; the first one is kept only if asked for. */
export const captureFace = async (
  context: DeviceContext,
  request: CaptureRequest,
  keepFirstImage = false,
): Promise<CapturedFace> => {
  const startMs = context.now();
  const images = await context.ports.camera.capture(request);
  if (images.length === 0) throw new CameraError('unavailable', 'The camera gave no picture.');
  const capturedMs = context.now();
  const firstImage = keepFirstImage ? images[0]?.slice() : undefined;
  try {
    const code = await analyzeFace(context, images, 'SELFIE');
    return { code, firstImage, captureMs: capturedMs - startMs, analysisMs: context.now() - capturedMs };
  } finally {
    wipe(...images);
  }
};
