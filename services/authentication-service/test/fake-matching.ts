import { randomUUID } from 'node:crypto';
import { bytesToBase64 } from '@openrecognize/bytes';
import type { DeviceTransport } from '@openrecognize/clients/device';
import {
  type BeginEnrollmentRequest,
  beginAuthentication,
  deviceStatus,
  type EndpointInput,
  type FinishAuthenticationHeader,
  finishAuthentication,
  RecognizeError,
  uploadCircuits,
} from '@openrecognize/contracts';
import {
  type BatchedCircuit,
  decodeCircuitBatch,
  decodeUserAuthentication,
  matchTokenOf,
} from '@openrecognize/zkb/messages';
import type { Backend } from '../src/index.ts';
import type { createFakeBackend } from './fake-backend.ts';
import { tools } from './use-service.ts';

const failuresAllowed = 5;

interface Device {
  readonly circuits: BatchedCircuit[];
  nextIndex: number;
  failures: number;
  isLocked: boolean;
}

/**
 * A core-daemon's part of the match over the fake backend: reserves, evaluates the circuit that was really garbled,
 * counts failures, releases the template, takes refills. Every index that was answered is noted.
 */
export const addMatching = (fake: ReturnType<typeof createFakeBackend>, stock = 3) => {
  const devices = new Map<string, Device>();
  const answered: number[] = [];
  const signed: (string | undefined)[] = [];
  const faults = new Map<unknown, RecognizeError>();
  let refill: number | undefined;

  const deviceOf = (userId: string): Device => {
    const user = fake.users.get(userId);
    if (!user) throw new RecognizeError('USER_NOT_FOUND');
    const known = devices.get(userId);
    if (known) return known;
    const device = { circuits: [...user.circuits], nextIndex: 0, failures: 0, isLocked: false };
    devices.set(userId, device);
    return device;
  };
  const checkLock = ({ isLocked }: Device): void => {
    if (isLocked) throw new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds: 600 } });
  };
  const begin = ({ body }: EndpointInput<typeof beginAuthentication>) => {
    const device = deviceOf(body.userId);
    checkLock(device);
    const next = device.circuits.find(({ circuitIndex }) => circuitIndex >= body.nextIndex);
    if (!next) throw new RecognizeError('NOT_ENOUGH_CIRCUITS');
    return {
      authenticationId: randomUUID(),
      circuitIndex: next.circuitIndex,
      serverNonce: bytesToBase64(new Uint8Array(32)),
      leaseExpiresAtMs: 1,
      stock: device.circuits.length,
    };
  };
  const evaluate = (device: Device, header: FinishAuthenticationHeader, labels: Uint8Array): boolean => {
    const at = device.circuits.findIndex(({ circuitIndex }) => circuitIndex === header.circuitIndex);
    if (at < 0) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
    const [circuit] = device.circuits.splice(at, 1) as [BatchedCircuit];
    answered.push(header.circuitIndex);
    const { match, outputLabel } = tools.engine.evaluateHamming({ payload: circuit.payload, labels });
    const token = match && matchTokenOf(tools.suite, outputLabel);
    return token !== false && Buffer.from(token).equals(circuit.tokenHash!);
  };
  const finish = ({ body }: EndpointInput<typeof finishAuthentication>) => {
    const message = decodeUserAuthentication(body as Uint8Array);
    const header = message.header as FinishAuthenticationHeader;
    const device = deviceOf(header.userId);
    checkLock(device);
    if (!evaluate(device, header, message.labels)) {
      device.failures++;
      device.isLocked = device.failures >= failuresAllowed;
      throw new RecognizeError('FAILED_TO_AUTHENTICATE_USER', { details: { remainingAttempts: 4 } });
    }
    device.failures = 0;
    signed.push(header.transactionData);
    const enrolled = fake.users.get(header.userId)!.begin as BeginEnrollmentRequest;
    const missing = refill ?? stock - device.circuits.length;
    return {
      userId: header.userId,
      ...(header.transactionData === undefined ? {} : { signedJwt: `jwt of ${header.transactionData}` }),
      sealedTemplate: enrolled.sealedTemplate,
      epoch: enrolled.epoch,
      stock: device.circuits.length,
      ...(missing > 0 ? { refill: { ticket: 't', fromIndex: header.circuitIndex + 1, count: missing } } : {}),
    };
  };
  const upload = ({ params, body }: EndpointInput<typeof uploadCircuits>) => {
    const { circuits } = decodeCircuitBatch((body as Uint8Array).slice());
    const device = deviceOf(params.userId);
    device.circuits.push(...circuits);
    return { stored: circuits.length, stock: device.circuits.length };
  };
  const status = (input: EndpointInput<typeof deviceStatus>) => {
    const device = deviceOf(input.body.userId);
    return { lockoutRemainingSeconds: device.isLocked ? 600 : 0, stock: device.circuits.length };
  };
  const handlers = new Map<unknown, (input: never) => unknown>([
    [beginAuthentication, begin],
    [finishAuthentication, finish],
    [uploadCircuits, upload],
    [deviceStatus, status],
  ]);

  const backend: Backend = {
    ...fake.backend,
    deviceTransport: (customer, context): DeviceTransport => {
      const inner = fake.backend.deviceTransport(customer, context);
      return {
        repeatsIdempotentCalls: true,
        call: async (endpoint, input) => {
          const fault = faults.get(endpoint);
          if (fault) throw fault;
          const handle = handlers.get(endpoint);
          return handle ? (handle(input as never) as never) : inner.call(endpoint, input);
        },
      };
    },
  };
  return {
    backend,
    answered,
    signed,
    faults,
    deviceOf,
    /** Circuits each match asks for from here on. */
    askForRefill: (count: number) => {
      refill = count;
    },
  };
};
