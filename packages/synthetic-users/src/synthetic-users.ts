import { createHttpClient } from '@openrecognize/clients';
import {
  type AuthenticatedDevice,
  authenticateDevice,
  createHttpDeviceTransport,
  createMemoryClientStateStore,
  type DeviceTransport,
  enrollDevice,
  type MemoryClientStateStore,
  type RefillOutcome,
} from '@openrecognize/clients/device';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { protocolDefaults } from '@openrecognize/contracts';
import type { ClientTools } from '@openrecognize/zkb/client';
import { type DeviceKey, generateDeviceKey } from '@openrecognize/zkb/node';
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
  /** Of these, how many are uploaded before the commit; the protocol's default otherwise. */
  readonly enrollmentCircuitCount?: number;
  readonly externalUserId?: string;
}

export interface SyntheticAuthentication {
  /** Hamming distance of the probe; 400 by default, well inside the threshold. */
  readonly distanceBits?: number;
  readonly purpose?: 'authenticate' | 'de-enroll';
  /** Text to be signed. */
  readonly transactionData?: string;
  /** Whether the used circuit is replaced after a match; true by default. */
  readonly refill?: boolean;
}

/** What a user's device works with, for whoever sends single messages of it. */
export interface SyntheticDevice {
  readonly transport: DeviceTransport;
  readonly tools: ClientTools;
  readonly signer: DeviceKey;
  /** The enrolled code. */
  readonly code: Uint8Array;
  readonly store: MemoryClientStateStore;
}

/** A user enrolled on one device with a random code. */
export interface SyntheticUser {
  readonly userId: string;
  readonly deviceId: string;
  readonly device: SyntheticDevice;
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
  const tools = createNodeClientTools();

  const userOf = (device: SyntheticDevice): SyntheticUser => ({
    userId: device.store.current.userId,
    deviceId: device.store.current.deviceId,
    device,
    nextIndex: () => device.store.current.nextIndex,
    authenticate: async ({
      distanceBits = 400,
      purpose = 'authenticate',
      transactionData,
      refill: isRefilled = true,
    } = {}) => {
      const startMs = now();
      const [from = 0] = tools.random(1);
      const { code, ...party } = device;
      const done = await authenticateDevice({
        ...party,
        probe: atDistance(code, distanceBits, from),
        intent: { purpose, ...(transactionData === undefined ? {} : { transactionData }) },
        now,
        refill: isRefilled && purpose === 'authenticate',
      });
      const refill = await done.refillDone;
      return { ...done, refill, totalMs: now() - startMs };
    },
  });

  return {
    enroll: async ({
      circuitCount = protocolDefaults.circuitCount,
      enrollmentCircuitCount = Math.min(circuitCount, protocolDefaults.enrollmentCircuitCount),
      externalUserId,
    } = {}) => {
      const signer = generateDeviceKey();
      const code = tools.random(protocolDefaults.codeBits / 8);
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
        enrollmentCircuitCount,
        externalUserId,
        now,
      });
      await enrolled.uploadRest();
      return userOf({
        transport,
        tools,
        signer,
        code,
        store: createMemoryClientStateStore(enrolled.ready.state),
      });
    },
    close: () => http.close(),
  };
};
