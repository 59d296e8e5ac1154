import { hash, randomBytes, randomUUID } from 'node:crypto';
import { base64ToBytes, bytesToBase64, concatBytes, constantTimeEqual, wipe } from '@openrecognize/bytes';
import {
  type EndpointInput,
  type EndpointOutput,
  type resolveMatch as endpoint,
  RecognizeError,
  type TransactionJwtClaims,
} from '@openrecognize/contracts';
import { matchTokenOf } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { Incidents } from '../ports/incidents.ts';
import type { JwtSigner } from '../ports/jwt-signer.ts';
import type { CallContext, NodePersistence } from '../ports/node-persistence.ts';
import type { RefillTickets } from './refill-tickets.ts';

export type MatchQuestion = EndpointInput<typeof endpoint>['body'];
export type MatchAnswer = EndpointOutput<typeof endpoint>;

export interface ResolveMatchDeps {
  readonly persistence: NodePersistence;
  readonly tickets: RefillTickets;
  readonly signer: JwtSigner;
  readonly incidents: Incidents;
  readonly now: () => number;
}

const SALT_BYTES = 16;

/** SHA-256 of the label (spec 04 ZK-8); the decoded label is wiped. */
const tokenOf = (outputLabel: string): Uint8Array => {
  let label: Uint8Array;
  try {
    label = base64ToBytes(outputLabel);
  } catch (cause) {
    throw new RecognizeError('BAD_REQUEST', { cause });
  }
  const token = matchTokenOf(nodeCryptoSuite, label);
  wipe(label);
  return token;
};

const claimsOf = (
  { userId, externalUserId }: MatchQuestion,
  jwt: NonNullable<MatchQuestion['jwt']>,
  nowMs: number,
): TransactionJwtClaims => {
  const { transactionData, audience, nonce, lifetimeSeconds, includeJti } = jwt;
  const iat = Math.floor(nowMs / 1000);
  return {
    iat,
    td: transactionData,
    version: '1.1.0',
    sub: userId,
    ...(externalUserId === undefined ? {} : { external_user_id: externalUserId }),
    ...(audience === undefined ? {} : { aud: audience }),
    ...(lifetimeSeconds === undefined ? {} : { exp: iat + lifetimeSeconds }),
    ...(includeJti === true ? { jti: randomUUID() } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  };
};

const signJwt = async (
  deps: ResolveMatchDeps,
  question: MatchQuestion,
  jwt: NonNullable<MatchQuestion['jwt']>,
): Promise<string> => {
  try {
    return await deps.signer.sign(claimsOf(question, jwt, deps.now()));
  } catch (cause) {
    deps.incidents.jwtSigningFailed(cause);
    throw new RecognizeError('JWT_SIGN_FAILED', { cause });
  }
};

/** The candidate as node-persistence may see it: it can compare, and learns nothing it does not hold (spec 04 §5.2). */
const saltedToken = (candidate: Uint8Array): { readonly salt: string; readonly saltedToken: string } => {
  const salt = randomBytes(SALT_BYTES);
  const digest = hash('sha256', concatBytes(salt, candidate), 'buffer');
  return { salt: bytesToBase64(salt), saltedToken: bytesToBase64(digest) };
};

/**
 * The one look at a match token: it is gone with it, so that nobody can ask twice (spec 04 ZK-15), and the attempt ends
 * in the same step. The JWT is signed before, so that a key that fails leaves token and attempt as they were; JWT and
 * ticket leave after a match alone, once it is recorded (spec 04 ZK-16).
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID when there is no token (any more), JWT_SIGN_FAILED, NOT_FOUND for an attempt
 * that is unknown or too old, CONFLICT for one that has ended, OPERATION_ALREADY_EXISTS
 */
export const resolveMatch = async (
  deps: ResolveMatchDeps,
  attemptId: string,
  question: MatchQuestion,
  call: CallContext,
): Promise<MatchAnswer> => {
  const { userId, deviceId, circuitIndex, outputLabel, operationInfo, jwt, refill } = question;
  const candidate = tokenOf(outputLabel);
  const signedJwt = jwt === undefined ? undefined : await signJwt(deps, question, jwt);
  const operation = operationInfo === undefined ? {} : { operationInfo };
  const { outcome, tokenHash, ...finished } = await deps.persistence.settleAttempt(
    { params: { attemptId }, body: { circuitIndex, ...saltedToken(candidate), ...operation } },
    call,
  );
  const match = constantTimeEqual(candidate, base64ToBytes(tokenHash));
  if (match !== (outcome === 'match')) {
    throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('the recorded verdict is another one') });
  }
  if (!match) return { match, ...finished };
  const ticket = refill === undefined ? undefined : deps.tickets.issue({ userId, deviceId, ...refill });
  return {
    match,
    ...finished,
    ...(signedJwt === undefined ? {} : { signedJwt }),
    ...(ticket === undefined ? {} : { refillTicket: ticket.ticket }),
  };
};
