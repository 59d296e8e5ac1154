import { randomUUID } from 'node:crypto';
import { base64ToBytes, constantTimeEqual, wipe } from '@openrecognize/bytes';
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

/**
 * The one look at a match token: it is deleted before it is compared, so that nobody can ask twice (spec 04 ZK-15).
 * The JWT and the ticket exist after a match alone.
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID when there is no token (any more), JWT_SIGN_FAILED
 */
export const resolveMatch = async (
  deps: ResolveMatchDeps,
  question: MatchQuestion,
  call: CallContext,
): Promise<MatchAnswer> => {
  const { userId, deviceId, circuitIndex, outputLabel, jwt, refill } = question;
  const offered = tokenOf(outputLabel);
  const { tokenHash } = await deps.persistence.takeMatchToken(
    { body: { userId, deviceId, circuitIndex } },
    call,
  );
  if (!constantTimeEqual(offered, base64ToBytes(tokenHash))) return { match: false };
  const signedJwt = jwt === undefined ? undefined : await signJwt(deps, question, jwt);
  const ticket = refill === undefined ? undefined : deps.tickets.issue({ userId, deviceId, ...refill });
  return {
    match: true,
    ...(signedJwt === undefined ? {} : { signedJwt }),
    ...(ticket === undefined ? {} : { refillTicket: ticket.ticket }),
  };
};
