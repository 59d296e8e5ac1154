import {
  type BeginEnrollmentRequest,
  type EndpointOutput,
  type beginEnrollment as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { isSupportedBits } from '@openrecognize/garbled-circuits';
import { beginEnrollmentSigningInput, deriveDeviceId, deriveUserId } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { protocolStep } from './protocol-faults.ts';
import { bytesOf, freshnessOf, verifySignature } from './signed-request.ts';

const SPKI_BYTES = 91;
/** Nonce and tag of AES-256-GCM around a sealed template (spec 04 §3.4). */
const SEAL_OVERHEAD_BYTES = 28;

const refuse = (field: string, rule: string): RecognizeError =>
  new RecognizeError('BAD_REQUEST', { details: { path: `body.${field}`, rule } });

const checkParameters = (
  { codeBits, threshold, artifact }: BeginEnrollmentRequest,
  sealedTemplate: Uint8Array,
  accepted: readonly string[],
): void => {
  if (accepted.length > 0 && !accepted.includes(`${artifact.family}@${artifact.version}`)) {
    throw new RecognizeError('ARTIFACT_MISMATCH', { details: { accepted: [...accepted] } });
  }
  if (!isSupportedBits(codeBits)) throw refuse('codeBits', 'power-of-two');
  // Codes of strangers differ in half of their bits on average: from there on the circuit would admit anyone.
  if (threshold >= codeBits / 2) throw refuse('threshold', 'below-half');
  if (sealedTemplate.length < codeBits / 8 + SEAL_OVERHEAD_BYTES) throw refuse('sealedTemplate', 'length');
};

/**
 * Opens an enrollment (spec 04 §5.1). User and device id are derived from the key, never taken from the caller, so
 * only the holder of the key can enroll under them (spec 04 ZK-1). Nothing counts before the commit.
 *
 * @throws RecognizeError REQUEST_EXPIRED, BAD_REQUEST, ARTIFACT_MISMATCH, SIGNATURE_INVALID, and what
 * node-persistence refuses: ALREADY_ENROLLED, OPERATION_ALREADY_EXISTS, MAX_NUMBER_OF_DEVICES_REACHED
 */
export const beginEnrollment = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: BeginEnrollmentRequest,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { timestampMs: _timestampMs, requestNonce: _requestNonce, signature, ...device } = request;
  const freshness = freshnessOf(request, deps.clock.now());
  const spki = bytesOf(request.publicSigningKey, 'body.publicSigningKey', SPKI_BYTES);
  const sealedTemplate = bytesOf(request.sealedTemplate, 'body.sealedTemplate');
  checkParameters(request, sealedTemplate, deps.settings.artifacts);
  const userId = deriveUserId(nodeCryptoSuite, spki);
  const deviceId = deriveDeviceId(nodeCryptoSuite, spki);
  const content = {
    ...device,
    publicSigningKey: spki,
    artifactFamily: request.artifact.family,
    artifactVersion: request.artifact.version,
    sealedTemplate,
    operationId: request.operationInfo?.operationId,
    operationPayload: request.operationInfo?.payload,
  };
  const signingInput = protocolStep('message', () =>
    beginEnrollmentSigningInput(nodeCryptoSuite, content, freshness),
  );
  const { publicSigningKey } = request;
  await verifySignature(deps.vault, { deviceId, publicSigningKey, signingInput, signature }, call);
  const { enrollmentId, expiresAtMs } = await deps.persistence.openEnrollment(
    { body: { tenantId, userId, deviceId, ...device, ttlSeconds: deps.settings.enrollmentTtlSeconds } },
    call,
  );
  return { enrollmentId, userId, deviceId, expiresAtMs };
};
