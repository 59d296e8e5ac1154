import { bytesToBase64 } from '@openrecognize/bytes';
import {
  type EndpointOutput,
  type storeUncommittedUser as endpoint,
  limits,
  RecognizeError,
} from '@openrecognize/contracts';
import {
  decodeServerState,
  deriveDeviceId,
  deriveUserId,
  type ServerState,
  serverStateSigningInput,
} from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import { checkEnrollmentParameters } from './check-enrollment-parameters.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { protocolStep } from './protocol-faults.ts';
import { verifySignature } from './signed-request.ts';
import { readUpload, storeUpload } from './store-upload.ts';

/** Who registers the user, and under which name. */
export interface UncommittedUser {
  readonly tenantId: number;
  readonly externalUserId?: string | undefined;
}

const enrollmentOf = ({ publicSigningKey, deviceType, deviceOrigin, artifact, ...state }: ServerState) => ({
  userId: deriveUserId(nodeCryptoSuite, publicSigningKey),
  deviceId: deriveDeviceId(nodeCryptoSuite, publicSigningKey),
  publicSigningKey: bytesToBase64(publicSigningKey),
  deviceType,
  deviceOrigin,
  artifact,
  codeBits: state.codeBits,
  threshold: state.threshold,
  epoch: state.epoch,
  sealedTemplate: bytesToBase64(state.sealedTemplate),
});

/**
 * Stores an offline server state as an enrollment that awaits its commit (spec 04 §5.1, ZK-18): signature and
 * circuits are checked first, then all circuits are stored, then it may be committed. A repeated call while it is
 * uncommitted changes nothing but its end.
 *
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE, REQUEST_EXPIRED for a photo from the future, ARTIFACT_MISMATCH,
 * BAD_REQUEST, SIGNATURE_INVALID, ALREADY_ENROLLED, CONFLICT
 */
export const storeUncommittedUser = async (
  deps: CoreDaemonDeps,
  { tenantId, externalUserId }: UncommittedUser,
  serverState: Uint8Array,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { vault, persistence, clock, settings } = deps;
  const state = protocolStep('message', () => decodeServerState(serverState));
  if (state.createdAtMs > clock.now() + limits.maxClockSkewMs) throw new RecognizeError('REQUEST_EXPIRED');
  checkEnrollmentParameters(state, state.sealedTemplate, settings.artifacts);
  const device = enrollmentOf(state);
  const { userId, deviceId, publicSigningKey } = device;
  const signingInput = serverStateSigningInput(nodeCryptoSuite, state);
  const signature = bytesToBase64(state.signature);
  await verifySignature(vault, { deviceId, publicSigningKey, signingInput, signature }, call);
  const uploads = state.batches.map((batch) => readUpload(batch, state));

  const open = (awaitsCommit: boolean) => {
    const ttlSeconds = settings.uncommittedUserTtlSeconds;
    const named = externalUserId === undefined ? {} : { externalUserId };
    return persistence.openEnrollment(
      { body: { tenantId, ...device, ...named, ttlSeconds, awaitsCommit } },
      call,
    );
  };
  const { enrollmentId } = await open(false);
  for (const upload of uploads) {
    await storeUpload(deps, { userId, deviceId }, { kind: 'enrollment', enrollmentId }, upload, call);
  }
  const { expiresAtMs } = await open(true);
  return { userId, deviceId, expiresAtMs };
};
