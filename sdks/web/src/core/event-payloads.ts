import type {
  BeginStreamMessage,
  FinishedMessage,
  FrameResultsMessage,
  ServerErrorMessage,
} from '@openrecognize/contracts/ws';
import type {
  KeylessBeginStreamEvent,
  KeylessFailure,
  KeylessFinishedEvent,
  KeylessFrameResults,
  KeylessJwtAliases,
} from './keyless-events.ts';
import { keylessFailure } from './keyless-failure.ts';

/** @returns the event, with the subject where this device joined */
export function beginStreamEvent({ subject }: BeginStreamMessage): KeylessBeginStreamEvent {
  return {
    type: 'begin-stream',
    subject: subject && {
      flow: subject.flow,
      customerName: subject.customer.name,
      username: subject.username,
      transactionData: subject.transaction?.data,
    },
  };
}

export function frameResultsEvent({ sequence, accepted, filters }: FrameResultsMessage): KeylessFrameResults {
  return {
    type: 'frame-results',
    sequence,
    accepted,
    filters: filters.map(({ name, triggered, value, threshold }) => ({ name, triggered, value, threshold })),
  };
}

/** @returns success with every name the JWT has had */
export function finishedEvent({ jwt, keylessId, seedEntropy }: FinishedMessage): KeylessFinishedEvent {
  const aliases: KeylessJwtAliases = { jwt, JWT: jwt, transactionJwt: jwt, transactionJWT: jwt };
  return {
    type: 'finished',
    ...aliases,
    keylessId,
    seedEntropy,
    data: aliases,
    detail: { ...aliases, keylessId, seedEntropy },
  };
}

/** @returns the server's verdict as a failure; its text is the cause, for a developer's console */
export function serverFailure(message: ServerErrorMessage): KeylessFailure {
  const { code, filters, lockoutExpiresAt, retryable } = message;
  return keylessFailure(code, {
    cause: typeof message.message === 'string' ? message.message : undefined,
    filters,
    lockoutExpiresAt: lockoutExpiresAt === undefined ? undefined : new Date(lockoutExpiresAt),
    retryable: retryable === true,
  });
}
