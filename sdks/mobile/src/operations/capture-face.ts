import { wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { invalidInput, KeylessSdkError, sdkErrorOf } from '../keyless-sdk-error.ts';
import { livenessLevelOf } from '../liveness-configuration.ts';
import { NativeFailure } from '../native-failure.ts';
import type { CaptureSettings } from '../operation-configs.ts';
import { CameraError, type CapturePurpose, type CaptureScreen } from '../ports/camera-port.ts';
import type { CaptureScenario, FaceAnalysis, LivenessWish } from '../ports/face-analyzer-port.ts';
import type { DeviceContext } from '../session.ts';
import { checkProtection } from './check-protection.ts';

/** A face as the protocol needs it. `code` is the caller's, who wipes it. */
export interface CapturedFace {
  readonly code: Uint8Array;
  readonly firstImage: Uint8Array | undefined;
  readonly captureMs: number;
  readonly analysisMs: number;
}

/** What an operation wants of the camera. */
export interface CaptureWish {
  readonly purpose: CapturePurpose;
  readonly settings: CaptureSettings;
  readonly screen?: CaptureScreen;
  readonly keepFirstImage?: boolean;
}

const runAnalyzer = async (
  context: DeviceContext,
  images: readonly Uint8Array[],
  scenario: CaptureScenario,
  liveness: LivenessWish | undefined,
): Promise<FaceAnalysis> => {
  try {
    return await context.ports.analyzer.analyze(images, scenario, liveness);
  } catch (cause) {
    if (isRecognizeError(cause) || cause instanceof KeylessSdkError) throw cause;
    throw new NativeFailure({ ios: 20004, android: 10100 }, { message: 'The face pipeline failed.', cause });
  }
};

/**
 * The code behind pictures of one face.
 *
 * @throws RecognizeError FILTER_TRIGGERED with the `filters` that refused a picture; KeylessSdkError 30000.
 */
export const analyzeFace = async (
  context: DeviceContext,
  images: readonly Uint8Array[],
  scenario: CaptureScenario,
  liveness?: LivenessWish,
): Promise<Uint8Array> => {
  const analysis = await runAnalyzer(context, images, scenario, liveness);
  const { code, triggeredFilters, isSpoofSuspected } = analysis;
  if (code && triggeredFilters.length === 0 && !isSpoofSuspected) return code;
  if (code) wipe(code);
  context.log.write('DEBUG', 'face-refused', {
    triggeredFilters,
    isSpoofSuspected: isSpoofSuspected === true,
  });
  if (isSpoofSuspected) throw sdkErrorOf(30000, context.platform);
  throw new RecognizeError('FILTER_TRIGGERED', { details: { filters: triggeredFilters } });
};

/** @throws RecognizeError INVALID_INPUT; KeylessSdkError 20021, 20022 */
const livenessWishOf = (context: DeviceContext, settings: CaptureSettings): LivenessWish => {
  const level = livenessLevelOf(settings.livenessConfiguration);
  if (!level) throw invalidInput('livenessConfiguration is not known.');
  const environmentAware = settings.livenessEnvironmentAware;
  if (environmentAware) {
    const awareness = context.ports.analyzer.environmentAwareness?.(level) ?? 'level-unsupported';
    if (awareness === 'level-unsupported') throw sdkErrorOf(20021, context.platform);
    if (awareness === 'device-unsupported') throw sdkErrorOf(20022, context.platform);
  }
  return { level, environmentAware };
};

/** Takes pictures, turns them into a code and erases them; the first one is kept only if asked for. */
export const captureFace = async (context: DeviceContext, wish: CaptureWish): Promise<CapturedFace> => {
  const liveness = livenessWishOf(context, wish.settings);
  const delaySeconds = wish.settings.cameraDelaySeconds;
  if (!(delaySeconds >= 0)) throw invalidInput('cameraDelaySeconds is negative.');
  await checkProtection(context);
  const startMs = context.now();
  const screen = { showSuccessFeedback: wish.settings.showSuccessFeedback, ...wish.screen };
  const images = await context.ports.camera.capture({ purpose: wish.purpose, delaySeconds, screen });
  if (images.length === 0) throw new CameraError('unavailable', 'The camera gave no picture.');
  const capturedMs = context.now();
  const firstImage = wish.keepFirstImage ? images[0]?.slice() : undefined;
  try {
    const code = await analyzeFace(context, images, 'SELFIE', liveness);
    return { code, firstImage, captureMs: capturedMs - startMs, analysisMs: context.now() - capturedMs };
  } finally {
    wipe(...images);
  }
};
