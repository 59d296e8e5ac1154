import { randomUUID } from 'node:crypto';
import { base64ToBytes } from '@openrecognize/bytes';
import type { DeviceTransport } from '@openrecognize/clients/device';
import {
  type BeginEnrollmentRequest,
  beginEnrollment,
  commitEnrollment,
  type EndpointInput,
  RecognizeError,
  uploadEnrollmentCircuits,
} from '@openrecognize/contracts';
import {
  type BatchedCircuit,
  beginEnrollmentSigningInput,
  commitEnrollmentSigningInput,
  decodeCircuitBatch,
  deriveDeviceId,
  deriveUserId,
  uploadCircuitsSigningInput,
} from '@openrecognize/zkb/messages';
import { nodeCryptoSuite as suite, verifyDeviceSignatureBytes } from '@openrecognize/zkb/node';

interface Enrollment {
  readonly begin: BeginEnrollmentRequest;
  readonly circuits: BatchedCircuit[];
  committed: boolean;
}

const check = (publicSigningKey: Uint8Array, message: Uint8Array, signature: string): void => {
  if (!verifyDeviceSignatureBytes(publicSigningKey, message, base64ToBytes(signature))) {
    throw new RecognizeError('SIGNATURE_INVALID');
  }
};

/** The enrollment side of a core-daemon in memory: checks every signature, keeps what it is sent. */
export const createFakeCoreDaemon = () => {
  const enrollments = new Map<string, Enrollment>();
  const requestIds: string[] = [];
  const faults: { failAt?: string; code?: ConstructorParameters<typeof RecognizeError>[0] } = {};

  const open = (body: BeginEnrollmentRequest) => {
    const publicSigningKey = base64ToBytes(body.publicSigningKey);
    const { artifact, ...rest } = body;
    const content = {
      ...rest,
      publicSigningKey,
      artifactFamily: artifact.family,
      artifactVersion: artifact.version,
      sealedTemplate: base64ToBytes(body.sealedTemplate),
    };
    const freshness = { timestampMs: body.timestampMs, requestNonce: base64ToBytes(body.requestNonce) };
    check(publicSigningKey, beginEnrollmentSigningInput(suite, content, freshness), body.signature);
    const enrollmentId = randomUUID();
    enrollments.set(enrollmentId, { begin: body, circuits: [], committed: false });
    return { enrollmentId, ...idsOf(body), expiresAtMs: 1 };
  };
  const idsOf = (body: BeginEnrollmentRequest) => {
    const key = base64ToBytes(body.publicSigningKey);
    return { userId: deriveUserId(suite, key), deviceId: deriveDeviceId(suite, key) };
  };
  const answer = (endpoint: unknown, input: unknown): unknown => {
    if (endpoint === beginEnrollment) return open((input as EndpointInput<typeof beginEnrollment>).body);
    const { enrollmentId } = (input as EndpointInput<typeof commitEnrollment>).params;
    const enrollment = enrollments.get(enrollmentId);
    if (!enrollment) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
    const key = base64ToBytes(enrollment.begin.publicSigningKey);
    if (endpoint === uploadEnrollmentCircuits) {
      const { body, headers } = input as EndpointInput<typeof uploadEnrollmentCircuits> & {
        body: Uint8Array;
      };
      check(key, uploadCircuitsSigningInput(suite, enrollmentId, body), headers['x-device-signature']);
      // The sender erases its batch afterwards.
      const { circuits } = decodeCircuitBatch(body.slice());
      enrollment.circuits.push(...circuits);
      return { stored: circuits.length, stock: enrollment.circuits.length };
    }
    if (endpoint !== commitEnrollment) throw new RecognizeError('NOT_FOUND');
    const { timestampMs, requestNonce, signature } = (input as EndpointInput<typeof commitEnrollment>).body;
    const freshness = { timestampMs, requestNonce: base64ToBytes(requestNonce) };
    check(key, commitEnrollmentSigningInput(enrollmentId, freshness), signature);
    enrollment.committed = true;
    const stock = enrollment.circuits.length;
    return { ...idsOf(enrollment.begin), stock, refill: { ticket: 't', fromIndex: stock, count: 0 } };
  };
  const coreDaemon = (requestId: string): DeviceTransport => ({
    call: async (endpoint, input) => {
      requestIds.push(requestId);
      if (faults.failAt === endpoint.path) throw new RecognizeError(faults.code ?? 'SERVICE_UNAVAILABLE');
      return answer(endpoint, input) as never;
    },
  });
  return { coreDaemon, enrollments, faults, requestIds };
};
