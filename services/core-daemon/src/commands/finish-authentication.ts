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

/** Pauses before a failure is reported again that could not be counted at once. */
const COUNT_AGAIN_AFTER_MS = [250, 1000, 3000, 8000] as const;

const abort = (deps: CoreDaemonDeps, attemptId: string, call: CallContext): Promise<unknown> =>
  deps.persistence
    .finishAttempt({ params: { attemptId }, body: { outcome: 'aborted' } }, call)
    // Left alone, the attempt counts as aborted by its age.
    .catch(() => undefined);

/** A failure that was seen must be counted, or an impostor would gain a try by a broken connection of ours. */
const countLater = (deps: CoreDaemonDeps, attemptId: string, call: CallContext): void =>
  deps.background.run(async () => {
    for (const pauseMs of COUNT_AGAIN_AFTER_MS) {
      await deps.clock.sleep(pauseMs);
      try {
        await deps.persistence.finishAttempt({ params: { attemptId }, body: { outcome: 'no-match' } }, call);
        return;
      } catch {
        // Logged by the adapter.
      }
    }
  });

/** @throws RecognizeError FAILED_TO_AUTHENTICATE_USER once the failure is counted, else why it could not be */
const refuse = async (deps: CoreDaemonDeps, attemptId: string, call: CallContext): Promise<never> => {
  let finished: Awaited<ReturnType<typeof deps.persistence.finishAttempt>>;
  try {
    finished = await deps.persistence.finishAttempt(
      { params: { attemptId }, body: { outcome: 'no-match' } },
      call,
    );
  } catch (error) {
    countLater(deps, attemptId, call);
    throw error;
  }
  const { remainingAttempts = 0, lockoutRemainingSeconds } = finished;
  throw new RecognizeError('FAILED_TO_AUTHENTICATE_USER', {
    details: { remainingAttempts, ...(lockoutRemainingSeconds > 0 ? { lockoutRemainingSeconds } : {}) },
  });
};

/** Records the match, and only then releases what it is worth (spec 04 ZK-16). */
const release = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  attemptId: string,
  header: FinishAuthenticationHeader,
  verdict: Verdict,
  call: CallContext,
): Promise<FinishAuthenticationResponse> => {
  const { userId, purpose, operationInfo } = header;
  const outcome = { outcome: 'match' as const, ...(operationInfo === undefined ? {} : { operationInfo }) };
  const { sealedTemplate, epoch } = await deps.persistence
    .finishAttempt({ params: { attemptId }, body: outcome }, call)
    .catch((error: unknown) => {
      deps.background.run(() => abort(deps, attemptId, call));
      throw error;
    });
  if (purpose === 'de-enroll') {
    await deleteUserEverywhere(deps, { tenantId, userId }, call);
    return { userId, epoch, stock: 0 };
  }
  const { signedJwt, refill, stock } = verdict;
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
  await verifySignature(deps.vault, { deviceId, publicSigningKey, signingInput, signature }, call);
  const verified = signatureAccepted(claim);
  const attempt = await admitAttempt(deps, { tenantId, userId, deviceId, attemptId }, call);
  const { externalUserId } = attempt;
  let verdict: Verdict;
  try {
    const admitted = protocolStep('message', () => attemptAdmitted(verified, attempt));
    verdict = await reachVerdict(deps, admitted, { customer, externalUserId, jwtSettings, header }, call);
  } catch (error) {
    await abort(deps, attemptId, call);
    throw error;
  }
  if (!verdict.match) return refuse(deps, attemptId, call);
  const answer = await release(deps, tenantId, attemptId, header, verdict, call);
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
