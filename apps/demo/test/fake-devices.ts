import { type KeylessInstance, KeylessSdkError } from '@keyless/sdk-mobile';
import { type NativePlatform, nativeErrorFor, RecognizeError } from '@openrecognize/contracts';
import type { RequestTrace } from '../src/observation/exchange.ts';
import type { ClientDevices } from '../src/ports/client-devices.ts';

const platform: NativePlatform = 'android';
export const fakeUserId = 'C0FFEE'.padEnd(64, '0');
const ids = { userId: fakeUserId, deviceId: 'D'.repeat(32) };

const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token of the right form whose signature is none. */
export const fakeToken = (td: string): string =>
  `${base64Url({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' })}.${base64Url({ iat: 1_750_000_000, td, version: '1.1.0', sub: fakeUserId })}.c2lnbmF0dXJl`;

type Facts = ConstructorParameters<typeof KeylessSdkError>[1];
export const sdkFailure = (coreCode: ConstructorParameters<typeof RecognizeError>[0], facts: Facts = {}) => {
  const cause = new RecognizeError(coreCode);
  return new KeylessSdkError(nativeErrorFor(coreCode, platform), {
    coreCode,
    message: cause.message,
    cause,
    ...facts,
  });
};

export interface FakeDevices {
  readonly devices: ClientDevices;
  readonly people: Set<string>;
  /** Bytes of the pictures the SDK was given, copied. */
  readonly pictures: Uint8Array[];
  /** The same pictures, not copied: what is left of them. */
  readonly leftovers: Uint8Array[];
  /** Next authentications fail with these, first one first. */
  readonly failures: Error[];
  /** Awaited by each operation. */
  gate: Promise<void>;
}

const exchange = (
  trace: RequestTrace,
  step: 'beginAuthentication' | 'finishAuthentication',
  errorCode?: string,
) =>
  trace.exchanges.push({
    step,
    sentBytes: 456,
    receivedBytes: 200,
    status: errorCode === undefined ? 200 : 401,
    durationMs: 2.5,
    facts: { ...ids, circuitIndex: 4, labels: 2048, stock: 24 },
    ...(errorCode === undefined ? {} : { errorCode }),
  });

/** Devices without protocol, store or pipeline: what the routes and the page make of results is under test. */
export const createFakeDevices = (): FakeDevices => {
  const fake: Omit<FakeDevices, 'devices'> = {
    people: new Set(),
    pictures: [],
    leftovers: [],
    failures: [],
    gate: Promise.resolve(),
  };
  const result = fake as FakeDevices;

  const deviceOf = (name: string, image: Uint8Array | undefined, trace: RequestTrace): KeylessInstance =>
    ({
      enroll: async () => {
        await result.gate;
        if (image) {
          result.pictures.push(image.slice());
          result.leftovers.push(image);
        }
        if (result.people.has(name)) throw sdkFailure('ALREADY_ENROLLED');
        const failure = result.failures.shift();
        if (failure) throw failure;
        trace.pipelineMs = 40;
        trace.pipelineBits = 2048;
        result.people.add(name);
        return { keylessId: fakeUserId };
      },
      authenticate: async (config: { jwtSigningInfo?: { claimTransactionData: string } }) => {
        await result.gate;
        if (image) result.pictures.push(image.slice());
        trace.pipelineMs = 40;
        trace.pipelineBits = 2048;
        exchange(trace, 'beginAuthentication');
        const failure = result.failures.shift();
        if (failure) {
          exchange(trace, 'finishAuthentication', (failure as Partial<KeylessSdkError>).coreCode);
          throw failure;
        }
        exchange(trace, 'finishAuthentication');
        const td = config.jwtSigningInfo?.claimTransactionData;
        return td === undefined ? {} : { signedJwt: fakeToken(td) };
      },
      getUserId: async () => fakeUserId,
      whenIdle: async () => ({ uploadedCircuits: 1, stock: 25, sendCircuitMs: 3 }),
    }) as unknown as KeylessInstance;

  Object.assign(result, {
    devices: {
      names: async () => [...result.people].sort(),
      use: (name, { image, trace }, task) => task(deviceOf(name, image, trace)),
      remove: async (name) => {
        result.people.delete(name);
      },
      close: async () => {},
    } satisfies ClientDevices,
  });
  return result;
};
