import { BiomAuthConfig, type KeylessInstance, PhotoEnrollConfig } from '@keyless/sdk-mobile';
import { RecognizeError } from '@openrecognize/contracts';
import type { AuthenticateAnswer, DeleteAnswer, EnrollAnswer } from '../demo-api.ts';
import { TracedFailure } from '../failure-answer.ts';
import { decodeJwtParts } from '../jwt-parts.ts';
import { describeServices } from '../observation/describe-services.ts';
import { createRequestTrace, type OperationsCall, type RequestTrace } from '../observation/exchange.ts';
import { timingsOf } from '../observation/timings.ts';
import type { ClientDevices } from '../ports/client-devices.ts';
import type { OperationsApi } from '../ports/operations-api.ts';

export interface DemoDependencies {
  readonly devices: ClientDevices;
  readonly operations: OperationsApi;
  readonly maxPeople: number;
  readonly now: () => number;
}

const seenIn = (trace: RequestTrace) => ({ timings: timingsOf(trace), services: describeServices(trace) });

/** Failures carry along what the services had seen until then. */
const traced = async <T>(trace: RequestTrace, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw new TracedFailure(cause, trace);
  }
};

const requirePerson = async (devices: ClientDevices, name: string): Promise<void> => {
  if ((await devices.names()).includes(name)) return;
  throw new RecognizeError('NOT_ENROLLED_LOCALLY', {
    message: 'Nobody of this name is enrolled on this page.',
  });
};

/** Notes a call of the integrator's side; its failure is a failure of the request. */
const callOperations = async (
  { now }: DemoDependencies,
  trace: RequestTrace,
  call: Pick<OperationsCall, 'operation' | 'sentBytes'>,
  send: () => Promise<boolean>,
): Promise<boolean> => {
  const startMs = now();
  const isAccepted = await send();
  trace.operations.push({ ...call, isAccepted, durationMs: now() - startMs });
  return isAccepted;
};

const stockOf = (trace: RequestTrace): number | undefined =>
  trace.exchanges.findLast(({ facts }) => facts.stock !== undefined)?.facts.stock;

/** @throws TracedFailure; RecognizeError TOO_MANY_REQUESTS when the page keeps as many people as it may */
export const enroll = async (
  { devices, maxPeople }: DemoDependencies,
  name: string,
  image: Uint8Array,
): Promise<EnrollAnswer> => {
  const names = await devices.names();
  if (names.length >= maxPeople && !names.includes(name)) {
    throw new RecognizeError('TOO_MANY_REQUESTS', {
      message: `This page keeps at most ${maxPeople} people. Delete someone first.`,
    });
  }
  const trace = createRequestTrace(image.length);
  return traced(trace, async () => {
    const { keylessId } = await devices.use(name, { image, trace }, (device) =>
      device.enroll(new PhotoEnrollConfig({ photo: image })),
    );
    return { name, userId: keylessId, stock: stockOf(trace) ?? 0, ...seenIn(trace) };
  });
};

const authenticateDevice = async (device: KeylessInstance, transaction: string | undefined) => {
  const config = transaction === undefined ? {} : { jwtSigningInfo: { claimTransactionData: transaction } };
  const { signedJwt } = await device.authenticate(new BiomAuthConfig(config));
  return { signedJwt, refill: await device.whenIdle() };
};

/** The match stands, whether or not the token could be verified right now. */
const verified = async (
  dependencies: DemoDependencies,
  trace: RequestTrace,
  token: string,
): Promise<{ readonly isVerified?: boolean }> => {
  const call = { operation: 'verify-jwt' as const, sentBytes: token.length };
  try {
    const isVerified = await callOperations(dependencies, trace, call, () =>
      dependencies.operations.verifyJwt(token),
    );
    return { isVerified };
  } catch {
    return {};
  }
};

/** @throws TracedFailure with 30004 for another face, 30007 while suspended; RecognizeError NOT_ENROLLED_LOCALLY */
export const authenticate = async (
  dependencies: DemoDependencies,
  name: string,
  image: Uint8Array,
  transaction: string | undefined,
): Promise<AuthenticateAnswer> => {
  const { devices } = dependencies;
  await requirePerson(devices, name);
  const trace = createRequestTrace(image.length);
  return traced(trace, async () => {
    const { signedJwt, refill } = await devices.use(name, { image, trace }, (device) =>
      authenticateDevice(device, transaction),
    );
    const jwt =
      signedJwt === undefined
        ? {}
        : {
            jwt: {
              token: signedJwt,
              ...decodeJwtParts(signedJwt),
              ...(await verified(dependencies, trace, signedJwt)),
            },
          };
    const stock = stockOf(trace);
    return {
      name,
      verdict: 'match' as const,
      ...jwt,
      ...(stock === undefined ? {} : { stock }),
      replacedCircuits: refill?.uploadedCircuits ?? 0,
      ...seenIn(trace),
    };
  });
};

/** Who is bound to the device; undefined where its state says nobody or can't be read. */
const userIdOf = (devices: ClientDevices, name: string, trace: RequestTrace): Promise<string | undefined> =>
  devices.use(name, { trace }, (device) => device.getUserId().catch(() => undefined));

/** Deletes the user on the server, then the client state. @throws TracedFailure; RecognizeError NOT_ENROLLED_LOCALLY */
export const deletePerson = async (dependencies: DemoDependencies, name: string): Promise<DeleteAnswer> => {
  const { devices, operations } = dependencies;
  await requirePerson(devices, name);
  const trace = createRequestTrace();
  return traced(trace, async () => {
    const userId = await userIdOf(devices, name, trace);
    const call = { operation: 'delete-user' as const, sentBytes: 0 };
    const wasOnServer =
      userId !== undefined &&
      (await callOperations(dependencies, trace, call, () => operations.deleteUser(userId)));
    await devices.remove(name);
    return { name, wasOnServer, ...seenIn(trace) };
  });
};
