import { base64ToBytes, wipe } from '@openrecognize/bytes';
import {
  type FinishAuthenticationResponse,
  isRecognizeError,
  limits,
  protocolDefaults,
  RecognizeError,
  uploadCircuits,
} from '@openrecognize/contracts';
import {
  type ClientTools,
  garbleCircuits,
  openReleasedTemplate,
  type ReadyClient,
  readyClient,
} from '@openrecognize/zkb/client';
import type { BatchedCircuit } from '@openrecognize/zkb/messages';
import { callIdempotently } from './call-idempotently.ts';
import { uploadInBatches, wipeCircuits } from './circuit-upload.ts';
import { deviceFailure } from './device-failure.ts';
import { type Clock, type DeviceTransport, type Wait, waitOnTimer } from './device-transport.ts';

/** How a refill went. It never fails the authentication it belongs to. */
export interface RefillOutcome {
  readonly uploadedCircuits: number;
  /** Circuits the server holds, as far as this device knows. */
  readonly stock: number;
  readonly garbleMs: number;
  /** "Send circuit" time. */
  readonly sendCircuitMs: number;
  /** Why fewer circuits than asked for went up. The next refill asks for more. */
  readonly failure?: RecognizeError;
}

export interface RefillOptions {
  readonly transport: DeviceTransport;
  readonly tools: ClientTools;
  readonly save: (state: ReadyClient) => void | Promise<void>;
  readonly now: Clock;
  readonly wait?: Wait | undefined;
  /** Circuits the server is to hold, `protocolDefaults.circuitCount` unless given. */
  readonly circuitCount?: number | undefined;
}

/**
 * A server may move the next index forward, past circuits this client lost; by no more than this, so that it can't
 * make a device walk its chain for hours.
 */
const maxIndexJump = 1_024;

const failureOf = (error: unknown): RecognizeError => {
  const failure = deviceFailure(error);
  return isRecognizeError(failure) ? failure : new RecognizeError('INTERNAL_ERROR', { cause: error });
};

const garbleReplacements = (
  tools: ClientTools,
  client: ReadyClient,
  answer: FinishAuthenticationResponse,
  refill: { readonly fromIndex: number; readonly count: number },
) => {
  if (answer.sealedTemplate === undefined || refill.fromIndex > client.state.garbledTo + maxIndexJump) {
    throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
  }
  const code = openReleasedTemplate(tools.suite, client, {
    sealedTemplate: base64ToBytes(answer.sealedTemplate),
    epoch: answer.epoch,
  });
  try {
    return garbleCircuits(tools, client.state, code, refill.fromIndex, refill.count);
  } finally {
    wipe(code);
  }
};

/**
 * Replaces used circuits after a match (spec 04 §5.3): opens the released template, garbles over it, saves the
 * state that knows the new indices, then uploads. Never rejects. The client stays the caller's.
 */
export const refillDevice = async (
  options: RefillOptions,
  client: ReadyClient,
  answer: FinishAuthenticationResponse,
): Promise<RefillOutcome> => {
  const { transport, tools, save, now, wait = waitOnTimer } = options;
  const { refill } = answer;
  const missing = (options.circuitCount ?? protocolDefaults.circuitCount) - answer.stock;
  const count = Math.min(refill?.count ?? 0, missing, limits.maxCircuitsPerDevice);
  if (!refill || count <= 0) {
    return { uploadedCircuits: 0, stock: answer.stock, garbleMs: 0, sendCircuitMs: 0 };
  }
  let startMs = now();
  let garbledMs = startMs;
  let circuits: readonly BatchedCircuit[] = [];
  let uploadedCircuits = 0;
  let stock = answer.stock;
  const outcome = () => ({
    uploadedCircuits,
    stock,
    garbleMs: Math.max(0, garbledMs - startMs),
    sendCircuitMs: now() - garbledMs,
  });
  try {
    // Garbling keeps the thread: let the verdict reach whoever waits for it first.
    await wait(0);
    startMs = now();
    const garbled = garbleReplacements(tools, client, answer, { fromIndex: refill.fromIndex, count });
    circuits = garbled.circuits;
    garbledMs = now();
    // ZK-4: an index is garbled once in its life, so the state that says so is stored before a circuit leaves.
    await save(readyClient(garbled.state));
    const { userId, deviceId } = client.state;
    stock =
      (await uploadInBatches(circuits, (batch) => {
        const headers = { 'x-refill-ticket': refill.ticket };
        const input = { params: { userId, deviceId }, headers, body: batch };
        return callIdempotently(transport, uploadCircuits, input, wait);
      })) ?? stock;
    uploadedCircuits = circuits.length;
    return outcome();
  } catch (error) {
    return { ...outcome(), failure: failureOf(error) };
  } finally {
    wipeCircuits(circuits);
  }
};
