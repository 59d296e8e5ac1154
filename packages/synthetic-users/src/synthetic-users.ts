import { createHttpClient } from '@openrecognize/clients';
import {
  type AuthenticatedDevice,
  authenticateDevice,
  type ClientStateStore,
  createHttpDeviceTransport,
  type DeviceTransport,
  enrollDevice,
  type RefillOutcome,
} from '@openrecognize/clients/device';
import { protocolDefaults } from '@openrecognize/contracts';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import { type ClientState, type ClientTools, readyClient } from '@openrecognize/zkb/client';
import { type DeviceKey, generateDeviceKey, nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import { atDistance } from './probe-code.ts';

export interface SyntheticUsersOptions {
  /** Base URL of the core-daemon. */
  readonly coreDaemonUrl: string;
  readonly mobileApiKey: string;
  /** Deadline of each call; 30000 by default. */
  readonly timeoutMs?: number;
  /** Most connections to the core-daemon; 64 by default. */
  readonly connections?: number;
  /** Puts something between the devices and the core-daemon. */
  readonly wrapTransport?: (transport: DeviceTransport) => DeviceTransport;
}

export interface SyntheticUserOptions {
  /** Circuits of the device; the protocol's default otherwise. */
  readonly circuitCount?: number;
  readonly externalUserId?: string;
}

export interface SyntheticAuthentication {
  /** Hamming distance of the probe; 400 by default, well inside the threshold. */
  readonly distanceBits?: number;
  readonly purpose?: 'authenticate' | 'de-enroll';
  /** Text to be signed. */
  readonly transactionData?: string;
}

/** A user enrolled on one device with a random code. */
export interface SyntheticUser {
  readonly userId: string;
  readonly deviceId: string;
  /** Index of the circuit the next authentication asks for. */
  nextIndex(): number;
  /**
   * One authentication; a match is followed by the refill, which is awaited.
   *
   * @throws RecognizeError as `authenticateDevice`, e.g. FAILED_TO_AUTHENTICATE_USER beyond the threshold
   */
  authenticate(
    options?: SyntheticAuthentication,
  ): Promise<AuthenticatedDevice & { readonly refill: RefillOutcome; readonly totalMs: number }>;
}

export interface SyntheticUsers {
  /** Enrolls one more user, all circuits included. @throws RecognizeError as `enrollDevice` */
  enroll(options?: SyntheticUserOptions): Promise<SyntheticUser>;
  close(): Promise<void>;
}

const copyState = (state: ClientState): ClientState => ({
  ...state,
  chainKey: state.chainKey.slice(),
  sealKey: state.sealKey.slice(),
});

const now = (): number => performance.timeOrigin + performance.now();

/** Users of one process: they share an engine and a connection pool, as the users of one load generator do. */
export const connectSyntheticUsers = (options: SyntheticUsersOptions): SyntheticUsers => {
  const { coreDaemonUrl, mobileApiKey, timeoutMs = 30_000, connections = 64 } = options;
  const { wrapTransport = (inner) => inner } = options;
  const http = createHttpClient({
    baseUrl: coreDaemonUrl,
    defaultHeaders: { 'x-api-key': mobileApiKey },
    timeoutMs,
    connections,
  });
  const transport = wrapTransport(createHttpDeviceTransport(http));
  const tools: ClientTools = {
    suite: nodeCryptoSuite,
    engine: createWasmGarblingEngine(nodeAesBatch),
    random: nodeRandom,
  };

  const userOf = (enrolled: ClientState, signer: DeviceKey, code: Uint8Array): SyntheticUser => {
    let current = enrolled;
    const store: ClientStateStore = {
      load: () => readyClient(copyState(current)),
      save: (client) => {
        current = copyState(client.state);
      },
    };
    return {
      userId: enrolled.userId,
      deviceId: enrolled.deviceId,
      nextIndex: () => current.nextIndex,
      authenticate: async ({ distanceBits = 400, purpose = 'authenticate', transactionData } = {}) => {
        const startMs = now();
        const [from = 0] = nodeRandom(1);
        const done = await authenticateDevice({
          transport,
          tools,
          signer,
          store,
          probe: atDistance(code, distanceBits, from),
          intent: { purpose, ...(transactionData === undefined ? {} : { transactionData }) },
          now,
          refill: purpose === 'authenticate',
        });
        const refill = await done.refillDone;
        return { ...done, refill, totalMs: now() - startMs };
      },
    };
  };

  return {
    enroll: async ({ circuitCount = protocolDefaults.circuitCount, externalUserId } = {}) => {
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
        circuitCount,
        enrollmentCircuitCount: Math.min(circuitCount, protocolDefaults.enrollmentCircuitCount),
        externalUserId,
        now,
      });
      await enrolled.uploadRest();
      return userOf(enrolled.ready.state, signer, code);
    },
    close: () => http.close(),
  };
};
