import {
  type EndpointInput,
  type EndpointOutput,
  type finishAttempt as finishAttemptEndpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import type { AttemptVerdict, FinishAttemptOutcome } from '../ports/attempt-store.ts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { lockoutRemainingSeconds } from './lockout-remaining.ts';
import { operationRecord } from './operation-record.ts';

/**
 * @throws RecognizeError NOT_FOUND if the attempt is unknown or was finished too late: no verdict may leave then;
 *   CONFLICT if it ended with another outcome; OPERATION_ALREADY_EXISTS
 */
export const finishAttempt = async (
  { store, nowMs, attemptTtlMs, metrics }: CommandContext,
  attemptId: string,
  body: EndpointInput<typeof finishAttemptEndpoint>['body'],
): Promise<EndpointOutput<typeof finishAttemptEndpoint>> => {
  const operation = operationRecord(body.operationInfo);
  const now = nowMs();
  const finished = await store.finishAttempt(attemptId, body.outcome, operation, now, attemptTtlMs);
  return finishedAttempt(finished, body.outcome, now, metrics);
};

/**
 * Counts how an attempt ended and tells the caller.
 *
 * @throws RecognizeError as `finishAttempt`
 */
export const finishedAttempt = (
  finished: FinishAttemptOutcome,
  verdict: AttemptVerdict,
  now: number,
  metrics: CommandContext['metrics'],
): EndpointOutput<typeof finishAttemptEndpoint> => {
  if (finished.lockoutBegan) metrics.lockoutBegan();
  if (finished.outcome !== 'finished') {
    if (finished.outcome === 'conflict') throw new RecognizeError('CONFLICT');
    if (finished.outcome === 'operation-exists') {
      if (!finished.repeated) metrics.attemptEnded('operation-exists');
      throw new RecognizeError('OPERATION_ALREADY_EXISTS');
    }
    if (!finished.repeated) metrics.attemptEnded('unknown-or-late');
    throw new RecognizeError('NOT_FOUND');
  }
  if (!finished.repeated) metrics.attemptEnded(verdict);
  const { sealedTemplate, epoch, remainingAttempts, lockedUntilMs } = finished;
  return {
    ...(sealedTemplate === undefined ? {} : { sealedTemplate: encodeBase64Field(sealedTemplate) }),
    epoch,
    ...(verdict === 'match' ? {} : { remainingAttempts }),
    lockoutRemainingSeconds: lockoutRemainingSeconds(lockedUntilMs, now),
  };
};
