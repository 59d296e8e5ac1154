import type { AnalyzeOptions } from '@openrecognize/biometrics';
import { wipe } from '@openrecognize/bytes';
import { type DeviceTransport, enrollDevice } from '@openrecognize/clients/device';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type ClientTools, wipeClientState } from '@openrecognize/zkb/client';
import { generateDeviceKey } from '@openrecognize/zkb/node';
import { agentDevice } from '../agent-device.ts';
import { clientStateDocument } from '../client-state-document.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';
import { agentVersion } from '../version.ts';
import { captureCode } from './capture-code.ts';

export interface EnrollOnlineOptions {
  readonly analyzer: ImageAnalyzer;
  readonly tools: ClientTools;
  readonly transport: DeviceTransport;
  readonly circuitCount: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A user enrolled in the backend. */
export interface OnlineEnrollment {
  readonly keylessId: string;
  /** JSON text of a `ClientStateDocument`; secret. */
  readonly clientState: string;
}

const credentialCodes: ReadonlySet<string> = new Set([
  'API_KEY_MISSING',
  'API_KEY_INVALID',
  'API_KEY_WRONG_KIND',
]);

/** A refusal of the agent's own key is no fault of its caller, who sent none. */
const failureOf = (error: unknown): unknown =>
  isRecognizeError(error) && credentialCodes.has(error.code)
    ? new RecognizeError('INTERNAL_ERROR', { cause: error })
    : error;

/**
 * Online enrollment. All circuits go up before the commit, so that the user exists with all of them or not at all.
 *
 * @param image erased.
 * @throws FilterRefusal; RecognizeError of the analysis or of the core-daemon, SERVICE_UNAVAILABLE when it is down
 */
export const enrollOnline = async (
  options: EnrollOnlineOptions,
  image: Uint8Array,
  analyzeOptions: AnalyzeOptions,
): Promise<OnlineEnrollment> => {
  const { analyzer, tools, transport, circuitCount, now } = options;
  const code = await captureCode(analyzer, image, analyzeOptions);
  const key = generateDeviceKey();
  const { family, version } = code.artifact;
  try {
    const enrolled = await enrollDevice({
      transport,
      tools,
      signer: key,
      code: code.bits,
      artifact: { family, version },
      threshold: analyzer.manifest.code.threshold,
      ...agentDevice,
      circuitCount,
      enrollmentCircuitCount: circuitCount,
      sdkVersion: agentVersion,
      now,
    });
    enrolled.discardRest();
    const { state } = enrolled.ready;
    try {
      return { keylessId: state.userId, clientState: clientStateDocument(state, key) };
    } finally {
      wipeClientState(state);
    }
  } catch (error) {
    throw failureOf(error);
  } finally {
    wipe(code.bits);
  }
};
