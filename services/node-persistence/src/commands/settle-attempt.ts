import {
  type EndpointInput,
  type EndpointOutput,
  RecognizeError,
  type settleAttempt as settleAttemptEndpoint,
} from '@openrecognize/contracts';
import { decodeBase64Field, encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { finishedAttempt } from './finish-attempt.ts';
import { operationRecord } from './operation-record.ts';

/**
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID if there is no token, or it was taken: nothing is recorded then; else as
 *   `finishAttempt`
 */
export const settleAttempt = async (
  { store, nowMs, attemptTtlMs, metrics }: CommandContext,
  attemptId: string,
  body: EndpointInput<typeof settleAttemptEndpoint>['body'],
): Promise<EndpointOutput<typeof settleAttemptEndpoint>> => {
  const operation = operationRecord(body.operationInfo);
  const offered = {
    salt: decodeBase64Field(body.salt, '/salt', 16),
    saltedToken: decodeBase64Field(body.saltedToken, '/saltedToken', 32),
  };
  const now = nowMs();
  const settled = await store.settleAttempt(
    attemptId,
    body.circuitIndex,
    offered,
    operation,
    now,
    attemptTtlMs,
  );
  if (settled.outcome !== 'settled') {
    throw new RecognizeError(settled.outcome === 'no-token' ? 'NO_SUCH_CIRCUIT_ID' : 'NOT_FOUND');
  }
  const { verdict, tokenHash, finished } = settled;
  return {
    outcome: verdict,
    tokenHash: encodeBase64Field(tokenHash),
    ...finishedAttempt(finished, verdict, now, metrics),
  };
};
