import { wipe } from '@openrecognize/bytes';
import {
  type FinishAuthenticationHeader,
  type FinishAuthenticationResponse,
  RecognizeError,
} from '@openrecognize/contracts';
import { attemptAdmitted, type ClaimedAuthentication, signatureAccepted } from '@openrecognize/zkb/server';
import type { CallContext } from '../ports/service-port.ts';
import { admitAttempt } from './admit-attempt.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { deleteUserEverywhere } from './delete-user-everywhere.ts';
import { protocolStep } from './protocol-faults.ts';
import { type JwtSettings, reachVerdict, type Verdict } from './reach-verdict.ts';
import { readUserAuthentication } from './read-user-authentication.ts';
import { verifySignature } from './signed-request.ts';

/** Whose API key the request carried. */
export interface RequestTenant {
  readonly tenantId: number;
  readonly customer: string;
  readonly settings: JwtSettings;
}

export interface FinishAuthenticationRequest {
  readonly authenticationId: string;
  /** Its labels are wiped when the answer is known. */
  readonly message: Uint8Array;
}

/** The attempt ends without a verdict; where one was recorded, that one stays. */
const abort = (
  deps: CoreDaemonDeps,
  attemptId: string,
  { operationInfo }: FinishAuthenticationHeader,
  call: CallContext,
): Promise<unknown> => {
  const outcome = { outcome: 'aborted' as const, ...(operationInfo === undefined ? {} : { operationInfo }) };
  return (
    deps.persistence
      .finishAttempt({ params: { attemptId }, body: outcome }, call)
      // Left alone, the attempt counts as aborted by its age.
      .catch(() => undefined)
  );
};

/** Releases what a match is worth; the vault answered, so it is recorded (spec 04 ZK-16). */
const release = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  { userId, purpose }: FinishAuthenticationHeader,
  verdict: Verdict,
  call: CallContext,
): Promise<FinishAuthenticationResponse> => {
  const { epoch, signedJwt, sealedTemplate, refill, stock } = verdict;
  if (purpose === 'de-enroll') {
    await deleteUserEverywhere(deps, { tenantId, userId }, call);
    return { userId, epoch, stock: 0 };
  }
  return {
    userId,
    epoch,
    stock,
    ...(signedJwt === undefined ? {} : { signedJwt }),
    ...(sealedTemplate === undefined ? {} : { sealedTemplate }),
    ...(refill === undefined ? {} : { refill }),
  };
};

const judge = async (
  deps: CoreDaemonDeps,
  tenant: RequestTenant,
  header: FinishAuthenticationHeader,
  claim: ClaimedAuthentication,
  call: CallContext,
): Promise<FinishAuthenticationResponse> => {
  const { userId, deviceId, publicSigningKey, signature } = header;
  const { signingInput, reservation } = claim;
  const { tenantId, customer, settings: jwtSettings } = tenant;
  const attemptId = reservation.authenticationId;
  const signed = { deviceId, publicSigningKey, signingInput, signature };
  await verifySignature(deps.vault, signed, call, { willSign: header.transactionData !== undefined });
  const verified = signatureAccepted(claim);
  const attempt = await admitAttempt(deps, { tenantId, userId, deviceId, attemptId }, call);
  const { externalUserId } = attempt;
  let verdict: Verdict;
  try {
    const admitted = protocolStep('message', () => attemptAdmitted(verified, attempt));
    verdict = await reachVerdict(deps, admitted, { customer, externalUserId, jwtSettings, header }, call);
  } catch (error) {
    await abort(deps, attemptId, header, call);
    throw error;
  }
  const { match, remainingAttempts = 0, lockoutRemainingSeconds } = verdict;
  if (!match) {
    throw new RecognizeError('FAILED_TO_AUTHENTICATE_USER', {
      details: { remainingAttempts, ...(lockoutRemainingSeconds > 0 ? { lockoutRemainingSeconds } : {}) },
    });
  }
  const answer = await release(deps, tenantId, header, verdict, call);
  if (answer.refill !== undefined) deps.recentMatches.remember({ tenantId, userId, deviceId }, attempt);
  return answer;
};

/**
 * Step 2, "user auth" (spec 04 §5.2): signature first (ZK-6), lockout, one consumption, one evaluation, one look at the token,
 * and an answer only after the outcome is recorded. A fault of ours before the verdict aborts the attempt, which
 * then counts neither way; the circuit stays used up.
 *
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE, SIGNATURE_INVALID, FAILED_TO_AUTHENTICATE_USER with
 * `remainingAttempts` (and `lockoutRemainingSeconds` when it was the last), LOCKED_OUT, AUTHENTICATION_BUSY,
 * NO_SUCH_CIRCUIT_ID, RESERVATION_EXPIRED, REPLAY_REFUSED, CIRCUIT_CORRUPT, OPERATION_ALREADY_EXISTS,
 * JWT_SIGN_FAILED
 */
export const finishAuthentication = async (
  deps: CoreDaemonDeps,
  tenant: RequestTenant,
  { authenticationId, message }: FinishAuthenticationRequest,
  call: CallContext,
): Promise<FinishAuthenticationResponse> => {
  const { header, claim } = readUserAuthentication(authenticationId, message);
  try {
    return await judge(deps, tenant, header, claim, call);
  } finally {
    wipe(claim.labels);
  }
};
