import { createHttpClient } from '@openrecognize/clients';
import {
  authenticateDevice,
  type ClientStateStore,
  createHttpDeviceTransport,
  enrollDevice,
} from '@openrecognize/clients/device';
import { isRecognizeError, protocolDefaults } from '@openrecognize/contracts';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import { type ClientState, type ClientTools, readyClient } from '@openrecognize/zkb/client';
import { type DeviceKey, generateDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';

/** Where the load goes. */
export interface Target {
  readonly coreDaemonUrl: string;
  readonly mobileApiKey: string;
}

/** Times of one authentication in milliseconds, as the client sees them. */
export interface AuthenticationSample {
  readonly deviceAuthMs: number;
  readonly userAuthMs: number;
  readonly sendCircuitMs: number;
  readonly totalMs: number;
}

export type AuthenticationOutcome =
  | { readonly ok: true; readonly sample: AuthenticationSample }
  | { readonly ok: false; readonly code: string };

/** Bits flipped in each probe: a fresh capture never equals the enrolled one. */
const probeDistanceBits = 400;

const copyState = (state: ClientState): ClientState => ({
  ...state,
  chainKey: state.chainKey.slice(),
  sealKey: state.sealKey.slice(),
});

const memoryStore = (initial: ClientState): ClientStateStore => {
  let current = initial;
  return {
    load: () => readyClient(copyState(current)),
    save: (client) => {
      current = copyState(client.state);
    },
  };
};

const probeOf = (code: Uint8Array): Uint8Array => {
  const probe = code.slice();
  const [offset = 0] = nodeRandom(1);
  for (let k = 0; k < probeDistanceBits; k++) {
    const bit = (offset + k * 5) % (probe.length * 8);
    probe[bit >> 3]! ^= 1 << (bit & 7);
  }
  return probe;
};

/** All simulated users of a process share one engine and one connection pool, as one load generator does. */
export const createLoadGenerator = (target: Target) => {
  const http = createHttpClient({
    baseUrl: target.coreDaemonUrl,
    defaultHeaders: { 'x-api-key': target.mobileApiKey },
    timeoutMs: 30_000,
    connections: 64,
  });
  const transport = createHttpDeviceTransport(http);
  const tools: ClientTools = {
    suite: nodeCryptoSuite,
    engine: createWasmGarblingEngine(nodeAesBatch),
    random: nodeRandom,
  };
  const now = (): number => performance.timeOrigin + performance.now();

  const authenticate = async (
    signer: DeviceKey,
    store: ClientStateStore,
    code: Uint8Array,
  ): Promise<AuthenticationOutcome> => {
    const startMs = now();
    try {
      const done = await authenticateDevice({
        transport,
        tools,
        signer,
        store,
        probe: probeOf(code),
        intent: { purpose: 'authenticate', transactionData: '{"amount":"1.00","payee":"bench"}' },
        now,
        refill: true,
      });
      if (!done.signedJwt) return { ok: false, code: 'NO_JWT' };
      const { sendCircuitMs, failure } = await done.refillDone;
      if (failure) return { ok: false, code: `REFILL ${failure.code}` };
      return { ok: true, sample: { ...done.timings, sendCircuitMs, totalMs: now() - startMs } };
    } catch (error) {
      return { ok: false, code: codeOf(error) };
    }
  };

  return {
    /** Enrolls a user with a random code; the returned function authenticates that user once. */
    enroll: async (): Promise<() => Promise<AuthenticationOutcome>> => {
      const signer = generateDeviceKey();
      const code = nodeRandom(protocolDefaults.codeBits / 8);
      const enrolled = await enrollDevice({
        transport,
        tools,
        signer,
        code,
        artifact: { family: 'synthetic', version: '1' },
        threshold: protocolDefaults.threshold,
        deviceType: 'SDK',
        deviceOrigin: 'ANDROID',
        circuitCount: protocolDefaults.circuitCount,
        enrollmentCircuitCount: protocolDefaults.enrollmentCircuitCount,
        now,
      });
      await enrolled.uploadRest();
      const store = memoryStore(enrolled.ready.state);
      return () => authenticate(signer, store, code);
    },
    close: () => http.close(),
  };
};

const codeOf = (error: unknown): string =>
  isRecognizeError(error) ? error.code : error instanceof Error ? error.name : 'UNKNOWN';
