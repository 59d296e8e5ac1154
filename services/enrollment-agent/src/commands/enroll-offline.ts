import type { AnalyzeOptions, BiometricCode } from '@openrecognize/biometrics';
import { wipe } from '@openrecognize/bytes';
import { type ClientTools, prepareEnrollment, wipeClientState } from '@openrecognize/zkb/client';
import {
  type BatchedCircuit,
  encodeCircuitBatch,
  encodeServerState,
  maxBatchCircuits,
  type ServerStateContent,
  serverStateSigningInput,
} from '@openrecognize/zkb/messages';
import { type DeviceKey, generateDeviceKey } from '@openrecognize/zkb/node';
import { agentDevice } from '../agent-device.ts';
import { clientStateDocument } from '../client-state-document.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';
import { captureCode } from './capture-code.ts';

export interface EnrollOfflineOptions {
  readonly analyzer: ImageAnalyzer;
  readonly tools: ClientTools;
  readonly circuitCount: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Everything an enrollment consists of, and nothing sent anywhere. */
export interface OfflineEnrollment {
  readonly keylessId: string;
  /** JSON text of a `ClientStateDocument`; secret. */
  readonly clientState: string;
  /** Base64 of an encoded `ServerState`. */
  readonly serverState: string;
}

const batchesOf = (circuits: readonly BatchedCircuit[]): Uint8Array[] => {
  const batches: Uint8Array[] = [];
  for (let start = 0; start < circuits.length; start += maxBatchCircuits) {
    batches.push(encodeCircuitBatch({ circuits: circuits.slice(start, start + maxBatchCircuits) }));
  }
  return batches;
};

const serverStateOf = (tools: ClientTools, key: DeviceKey, content: ServerStateContent): string => {
  const signature = key.sign(serverStateSigningInput(tools.suite, content));
  const encoded = encodeServerState({ ...content, signature });
  // Megabytes of ciphertext: the platform's encoder, not the constant-time one.
  const text = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length).toString('base64');
  // The payloads carry the hash keys, which the client party erases (spec 04 ZK-5).
  wipe(encoded, ...content.batches);
  return text;
};

const enrollCode = (
  { tools, analyzer, circuitCount, now }: EnrollOfflineOptions,
  code: BiometricCode,
): OfflineEnrollment => {
  const key = generateDeviceKey();
  const { publicSigningKey } = key;
  const { threshold } = analyzer.manifest.code;
  const { family, version } = code.artifact;
  const { state, sealedTemplate, circuits } = prepareEnrollment(tools, {
    code: code.bits,
    artifact: { family, version },
    threshold,
    publicSigningKey,
    circuitCount,
  });
  try {
    const content = {
      ...agentDevice,
      publicSigningKey,
      artifact: state.artifact,
      codeBits: state.codeBits,
      threshold,
      epoch: state.epoch,
      createdAtMs: Math.floor(now()),
      sealedTemplate,
      batches: batchesOf(circuits),
    };
    return {
      keylessId: state.userId,
      clientState: clientStateDocument(state, key),
      serverState: serverStateOf(tools, key, content),
    };
  } finally {
    wipeClientState(state);
    for (const { payload } of circuits) wipe(payload);
  }
};

/**
 * Offline enrollment: a fresh device key, circuits over the code, client state and server state.
 *
 * @param image erased.
 * @throws FilterRefusal; RecognizeError of the analysis
 */
export const enrollOffline = async (
  options: EnrollOfflineOptions,
  image: Uint8Array,
  analyzeOptions: AnalyzeOptions,
): Promise<OfflineEnrollment> => {
  const code = await captureCode(options.analyzer, image, analyzeOptions);
  try {
    return enrollCode(options, code);
  } finally {
    wipe(code.bits);
  }
};
