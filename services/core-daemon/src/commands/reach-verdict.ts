import { performance } from 'node:perf_hooks';
import { bytesToBase64, wipe } from '@openrecognize/bytes';
import type { FinishAuthenticationHeader, Tenant } from '@openrecognize/contracts';
import { decodeHammingPayload } from '@openrecognize/garbled-circuits';
import { decodeConsumedCircuit } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import {
  type AdmittedAuthentication,
  type ConsumedAuthentication,
  circuitConsumed,
  evaluateConsumed,
} from '@openrecognize/zkb/server';
import type { Static } from 'typebox';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { protocolStep } from './protocol-faults.ts';

/** Right to upload circuits of a device, from an index on. */
export interface RefillGrant {
  readonly fromIndex: number;
  readonly count: number;
}

/** What the vault said and recorded, and what is left in stock. */
export interface Verdict {
  readonly match: boolean;
  /** Failures left before a suspension; absent after a match. */
  readonly remainingAttempts?: number;
  readonly lockoutRemainingSeconds: number;
  readonly epoch: number;
  readonly sealedTemplate?: string;
  readonly signedJwt?: string;
  readonly refill?: RefillGrant & { readonly ticket: string };
  readonly stock: number;
}

/** What a tenant wants in its JWTs. */
export type JwtSettings = Pick<
  Static<typeof Tenant>['settings'],
  'jwtLifetimeSeconds' | 'jwtAudience' | 'jwtIncludeJti' | 'jwtIncludeNonce'
>;

/** What the vault is asked to make of a match. */
export interface VerdictQuestion {
  readonly customer: string;
  readonly jwtSettings: JwtSettings;
  readonly externalUserId?: string | undefined;
  readonly header: FinishAuthenticationHeader;
}

interface Evaluation {
  /** 16 bytes, base64; secret, for the vault alone. */
  readonly outputLabel: string;
  readonly stock: number;
  readonly nextFreeIndex: number;
}

const evaluate = (
  { engine, timings }: Pick<CoreDaemonDeps, 'engine' | 'timings'>,
  consumed: ConsumedAuthentication,
  payload: Uint8Array,
): string => {
  const startedMs = performance.now();
  try {
    const { outputLabel } = protocolStep('stored-circuit', () =>
      evaluateConsumed(nodeCryptoSuite, engine, decodeHammingPayload, consumed, payload),
    );
    const text = bytesToBase64(outputLabel);
    wipe(outputLabel);
    return text;
  } finally {
    timings.evaluation((performance.now() - startedMs) / 1000);
  }
};

const consumeAndEvaluate = async (
  deps: CoreDaemonDeps,
  admitted: AdmittedAuthentication,
  header: FinishAuthenticationHeader,
  call: CallContext,
): Promise<Evaluation> => {
  const { userId, deviceId, circuitIndex, serverNonce } = header;
  const { authenticationId } = admitted.claim.reservation;
  const answer = await deps.storage.consumeCircuit(
    { params: { authenticationId }, body: { userId, deviceId, circuitIndex, serverNonce } },
    call,
  );
  try {
    const circuit = protocolStep('stored-circuit', () => decodeConsumedCircuit(answer));
    const consumed = circuitConsumed(admitted, circuit.payloadSha256);
    const outputLabel = evaluate(deps, consumed, circuit.payload);
    return { outputLabel, stock: circuit.stock, nextFreeIndex: circuit.nextFreeIndex };
  } finally {
    // With the labels of this one message the payload is worth another evaluation.
    wipe(answer);
  }
};

/** The request's audience goes before the tenant's; the nonce is the one this authentication was reserved under. */
const jwtOf = ({ header, jwtSettings }: VerdictQuestion) => {
  const { transactionData, serverNonce } = header;
  if (transactionData === undefined) return {};
  const { jwtLifetimeSeconds = 0, jwtAudience, jwtIncludeJti, jwtIncludeNonce } = jwtSettings;
  const audience = header.audience ?? jwtAudience;
  return {
    jwt: {
      transactionData,
      ...(audience === undefined ? {} : { audience }),
      ...(jwtLifetimeSeconds > 0 ? { lifetimeSeconds: jwtLifetimeSeconds } : {}),
      ...(jwtIncludeJti ? { includeJti: true } : {}),
      ...(jwtIncludeNonce ? { nonce: serverNonce } : {}),
    },
  };
};

const askedOfVault = (question: VerdictQuestion, refill: RefillGrant) => {
  const { customer, externalUserId, header } = question;
  const { userId, deviceId, circuitIndex, purpose, operationInfo } = header;
  const common = {
    customer,
    userId,
    deviceId,
    circuitIndex,
    ...(operationInfo === undefined ? {} : { operationInfo }),
    ...(externalUserId === undefined ? {} : { externalUserId }),
  };
  // Whoever leaves gets neither a token nor new circuits.
  if (purpose === 'de-enroll') return common;
  return { ...common, ...jwtOf(question), ...(refill.count === 0 ? {} : { refill }) };
};

/**
 * Consumes the reserved circuit (spec 04 ZK-2, ZK-17), evaluates it and has the vault judge the output label, which
 * ends the attempt (spec 04 §5.2).
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID, RESERVATION_EXPIRED, REPLAY_REFUSED, CIRCUIT_CORRUPT,
 * ARTIFACT_MISMATCH, JWT_SIGN_FAILED, OPERATION_ALREADY_EXISTS; none of them is a verdict.
 */
export const reachVerdict = async (
  deps: CoreDaemonDeps,
  admitted: AdmittedAuthentication,
  question: VerdictQuestion,
  call: CallContext,
): Promise<Verdict> => {
  const evaluation = await consumeAndEvaluate(deps, admitted, question.header, call);
  const { outputLabel, stock, nextFreeIndex } = evaluation;
  const count = Math.max(0, deps.settings.targetCircuitCount - stock);
  const refill = { fromIndex: nextFreeIndex, count };
  const attemptId = admitted.claim.reservation.authenticationId;
  const { refillTicket, ...judged } = await deps.vault.resolveMatch(
    { params: { attemptId }, body: { ...askedOfVault(question, refill), outputLabel } },
    call,
  );
  return {
    ...judged,
    stock,
    ...(refillTicket === undefined ? {} : { refill: { ticket: refillTicket, ...refill } }),
  };
};
