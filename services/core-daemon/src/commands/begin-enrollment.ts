import type { EndpointOutput, beginEnrollment as endpoint } from '@openrecognize/contracts';
import { beginEnrollmentSigningInput, deriveDeviceId, deriveUserId } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import { checkEnrollmentParameters } from './check-enrollment-parameters.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { protocolStep } from './protocol-faults.ts';
import type { ProvenEnrollment } from './prove-external-user.ts';
import { bytesOf, freshnessOf, verifySignature } from './signed-request.ts';

const SPKI_BYTES = 91;

/**
 * Opens an enrollment that its device signed.
 *
 * @param memberOf user the device is added to, by the word of another device; a user of its own without it.
 * @throws RecognizeError as `beginEnrollment`
 */
export const openSignedEnrollment = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: ProvenEnrollment,
  memberOf: string | undefined,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { timestampMs: _timestampMs, requestNonce: _requestNonce, signature, ...device } = request;
  const freshness = freshnessOf(request, deps.clock.now());
  const spki = bytesOf(request.publicSigningKey, 'body.publicSigningKey', SPKI_BYTES);
  const sealedTemplate = bytesOf(request.sealedTemplate, 'body.sealedTemplate');
  checkEnrollmentParameters(request, sealedTemplate, deps.settings.artifacts);
  const userId = memberOf ?? deriveUserId(nodeCryptoSuite, spki);
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

/**
 * Opens an enrollment (spec 04 §5.1). User and device id are derived from the key, never taken from the caller, so
 * only the holder of the key can enroll under them (spec 04 ZK-1). Nothing counts before the commit.
 *
 * @throws RecognizeError REQUEST_EXPIRED, BAD_REQUEST, ARTIFACT_MISMATCH, SIGNATURE_INVALID, and what
 * node-persistence refuses: ALREADY_ENROLLED, OPERATION_ALREADY_EXISTS, MAX_NUMBER_OF_DEVICES_REACHED
 */
export const beginEnrollment = (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: ProvenEnrollment,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => openSignedEnrollment(deps, tenantId, request, undefined, call);
