import { bytesToBase64 } from '@openrecognize/bytes';
import {
  type BeginEnrollmentRequest,
  beginEnrollment,
  commitEnrollment,
  RecognizeError,
  uploadCircuits,
  uploadEnrollmentCircuits,
} from '@openrecognize/contracts';
import {
  type ArtifactReference,
  type ClientState,
  type ClientTools,
  completeEnrollment,
  type OpenEnrollment,
  openEnrollment,
  type PreparedEnrollment,
  prepareEnrollment,
  type ReadyClient,
  wipeClientState,
} from '@openrecognize/zkb/client';
import {
  type BatchedCircuit,
  beginEnrollmentSigningInput,
  commitEnrollmentSigningInput,
  uploadCircuitsSigningInput,
} from '@openrecognize/zkb/messages';
import { callIdempotently } from './call-idempotently.ts';
import { uploadInBatches, wipeCircuits } from './circuit-upload.ts';
import { deviceFailure } from './device-failure.ts';
import type { Clock, DeviceSigner, DeviceTransport, Wait } from './device-transport.ts';
import { signRequest } from './signed-request.ts';

/** Handed to `persist`; the state's bytes are the flow's, so `persist` copies or encodes them before it resolves. */
export interface EnrollmentCheckpoint {
  /**
   * `open`: the commit is about to leave, so the server may count the device from here on even if no answer comes
   * (see `resumeEnrollment`). `committed`: it counts.
   */
  readonly phase: 'open' | 'committed';
  readonly enrollmentId: string;
  readonly state: ClientState;
}

export interface EnrollDeviceOptions {
  readonly transport: DeviceTransport;
  readonly tools: ClientTools;
  readonly signer: DeviceSigner;
  /** Enrolled code; not modified, not retained: the caller wipes it. */
  readonly code: Uint8Array;
  readonly artifact: ArtifactReference;
  readonly threshold: number;
  readonly deviceType: BeginEnrollmentRequest['deviceType'];
  readonly deviceOrigin: BeginEnrollmentRequest['deviceOrigin'];
  /** Circuits garbled in all, 1 or more. */
  readonly circuitCount: number;
  /** Of these, how many are uploaded before the commit, 1 to `circuitCount`. */
  readonly enrollmentCircuitCount: number;
  /** Existing user the device is added to, where the transport vouches for it (spec 08 §6). */
  readonly userId?: string | undefined;
  readonly externalUserId?: string | undefined;
  /** Proves the external id to a tenant with an identity provider (spec 08 §8). */
  readonly iamToken?: string | undefined;
  readonly operationInfo?: BeginEnrollmentRequest['operationInfo'] | undefined;
  readonly osVersion?: string | undefined;
  readonly sdkVersion?: string | undefined;
  readonly now: Clock;
  readonly wait?: Wait | undefined;
  /** Awaited. When it rejects with phase `open`, nothing is committed. */
  readonly persist?: ((checkpoint: EnrollmentCheckpoint) => void | Promise<void>) | undefined;
}

export interface EnrolledDevice {
  /** Owned by the caller, who wipes it (`wipeClientState`) once it is stored. */
  readonly ready: ReadyClient;
  /** Circuits the server holds after the commit. */
  readonly stock: number;
  /**
   * Uploads the circuits that were not part of the commit, as many as the server asks for, and erases them.
   * Repeated calls share one upload. Call it or `discardRest`.
   *
   * @returns how many went up, and the stock afterwards.
   * @throws RecognizeError; the enrollment stands, a later refill makes up for it.
   */
  uploadRest(): Promise<{ readonly uploadedCircuits: number; readonly stock: number }>;
  /** Erases them instead. */
  discardRest(): void;
}

type Committed = Awaited<ReturnType<typeof sendCommit>>;

const definedFields = (options: EnrollDeviceOptions) => ({
  ...(options.externalUserId === undefined ? {} : { externalUserId: options.externalUserId }),
  ...(options.iamToken === undefined ? {} : { iamToken: options.iamToken }),
  ...(options.operationInfo === undefined ? {} : { operationInfo: options.operationInfo }),
  ...(options.osVersion === undefined ? {} : { osVersion: options.osVersion }),
  ...(options.sdkVersion === undefined ? {} : { sdkVersion: options.sdkVersion }),
});

const sendBegin = async (options: EnrollDeviceOptions, prepared: PreparedEnrollment) => {
  const { transport, tools, signer, deviceType, deviceOrigin, externalUserId, operationInfo } = options;
  const { state, sealedTemplate } = prepared;
  const { codeBits, threshold, epoch, artifact } = state;
  const signed = await signRequest(signer, tools.random, options.now, (freshness) =>
    beginEnrollmentSigningInput(
      tools.suite,
      {
        publicSigningKey: signer.publicSigningKey,
        deviceType,
        deviceOrigin,
        artifactFamily: artifact.family,
        artifactVersion: artifact.version,
        codeBits,
        threshold,
        epoch,
        sealedTemplate,
        externalUserId,
        operationId: operationInfo?.operationId,
        operationPayload: operationInfo?.payload,
      },
      freshness,
    ),
  );
  const body = {
    publicSigningKey: bytesToBase64(signer.publicSigningKey),
    deviceType,
    deviceOrigin,
    artifact: { family: artifact.family, version: artifact.version },
    codeBits,
    threshold,
    epoch,
    sealedTemplate: bytesToBase64(sealedTemplate),
    ...definedFields(options),
    ...signed,
  };
  return callIdempotently(transport, beginEnrollment, { body }, options.wait);
};

const sendCircuits = (
  options: EnrollDeviceOptions,
  open: OpenEnrollment,
  circuits: readonly BatchedCircuit[],
) =>
  uploadInBatches(circuits, async (batch) => {
    const { suite } = options.tools;
    const signature = await options.signer.sign(uploadCircuitsSigningInput(suite, open.enrollmentId, batch));
    const input = {
      params: { enrollmentId: open.enrollmentId },
      headers: { 'x-device-signature': bytesToBase64(signature) },
      body: batch,
    };
    return callIdempotently(options.transport, uploadEnrollmentCircuits, input, options.wait);
  });

type CommitOptions = Pick<EnrollDeviceOptions, 'transport' | 'tools' | 'signer' | 'now' | 'wait'>;

const sendCommit = async (options: CommitOptions, enrollmentId: string) => {
  const body = await signRequest(options.signer, options.tools.random, options.now, (freshness) =>
    commitEnrollmentSigningInput(enrollmentId, freshness),
  );
  const input = { params: { enrollmentId }, body };
  return callIdempotently(options.transport, commitEnrollment, input, options.wait);
};

const sendRest = async (
  options: EnrollDeviceOptions,
  committed: Committed,
  rest: readonly BatchedCircuit[],
) => {
  const { ticket, fromIndex, count } = committed.refill;
  const wanted = rest.filter(({ circuitIndex }) => circuitIndex >= fromIndex).slice(0, count);
  try {
    const stock = await uploadInBatches(wanted, (batch) => {
      const { userId, deviceId } = committed;
      const input = { params: { userId, deviceId }, headers: { 'x-refill-ticket': ticket }, body: batch };
      return callIdempotently(options.transport, uploadCircuits, input, options.wait);
    });
    return { uploadedCircuits: wanted.length, stock: stock ?? committed.stock };
  } catch (error) {
    throw deviceFailure(error);
  } finally {
    wipeCircuits(rest);
  }
};

const checkCounts = ({ circuitCount, enrollmentCircuitCount }: EnrollDeviceOptions): void => {
  const isCount = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
  if (isCount(circuitCount, 4_096) && isCount(enrollmentCircuitCount, circuitCount)) return;
  throw new RecognizeError('INVALID_INPUT', {
    message:
      'circuitCount and enrollmentCircuitCount are integers, 1 <= enrollmentCircuitCount <= circuitCount.',
  });
};

/**
 * Enrolls a device (spec 04 §5.1): begin, the first circuits, commit. Lost answers are made up for by repeating the
 * same message; nothing counts on the server before the commit.
 *
 * @throws RecognizeError with the server's code; NET_CONNECTION_FAILED or SERVICE_* when it can't be reached.
 */
export const enrollDevice = async (options: EnrollDeviceOptions): Promise<EnrolledDevice> => {
  checkCounts(options);
  let prepared: PreparedEnrollment | undefined;
  try {
    prepared = prepareEnrollment(options.tools, {
      ...options,
      publicSigningKey: options.signer.publicSigningKey,
    });
    const open = openEnrollment(prepared, await sendBegin(options, prepared));
    const { enrollmentId, state, circuits } = open;
    await sendCircuits(options, open, circuits.slice(0, options.enrollmentCircuitCount));
    await options.persist?.({ phase: 'open', enrollmentId, state });
    const committed = await sendCommit(options, enrollmentId);
    const ready = completeEnrollment(open, committed);
    await options.persist?.({ phase: 'committed', enrollmentId, state });
    const rest = circuits.slice(options.enrollmentCircuitCount);
    let upload: ReturnType<typeof sendRest> | undefined;
    return {
      ready,
      stock: committed.stock,
      uploadRest: () => {
        upload ??= sendRest(options, committed, rest);
        return upload;
      },
      discardRest: () => wipeCircuits(rest),
    };
  } catch (error) {
    if (prepared) {
      wipeClientState(prepared.state);
      wipeCircuits(prepared.circuits);
    }
    throw deviceFailure(error);
  }
};

/**
 * Repeats the commit of an enrollment whose answer never came, from its `open` checkpoint.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, ENROLLMENT_EXPIRED or ENROLLMENT_INCOMPLETE: it will never count and
 * may be forgotten; NET_CONNECTION_FAILED and SERVICE_* say nothing about it.
 */
export const resumeEnrollment = async (
  options: CommitOptions & { readonly checkpoint: Pick<EnrollmentCheckpoint, 'enrollmentId' | 'state'> },
): Promise<{ readonly ready: ReadyClient; readonly stock: number }> => {
  const { enrollmentId, state } = options.checkpoint;
  try {
    const committed = await sendCommit(options, enrollmentId);
    const ready = completeEnrollment({ phase: 'open', enrollmentId, state, circuits: [] }, committed);
    return { ready, stock: committed.stock };
  } catch (error) {
    throw deviceFailure(error);
  }
};
