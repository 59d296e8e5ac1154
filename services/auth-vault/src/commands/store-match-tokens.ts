import type { EndpointInput, storeMatchTokens as endpoint } from '@openrecognize/contracts';
import type { CallContext, NodePersistence } from '../ports/node-persistence.ts';
import { checkOwnEnrollment } from './check-own-enrollment.ts';
import type { RefillTickets } from './refill-tickets.ts';

export type TokenUpload = EndpointInput<typeof endpoint>['body'];

export interface StoreMatchTokensDeps {
  readonly persistence: NodePersistence;
  readonly tickets: RefillTickets;
  readonly now: () => number;
}

/**
 * Stores token hashes for whoever proves a right to: an open enrollment of the same device, or a ticket of a match.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND, TICKET_INVALID, CONFLICT for another hash at a known index
 */
export const storeMatchTokens = async (
  deps: StoreMatchTokensDeps,
  upload: TokenUpload,
  call: CallContext,
): Promise<void> => {
  const { userId, deviceId, authorization, tokens } = upload;
  if (authorization.kind === 'enrollment') {
    const { enrollmentId } = authorization;
    const wanted = { enrollmentId, userId, deviceId, state: 'open' } as const;
    await checkOwnEnrollment(deps.persistence, wanted, deps.now(), call);
  } else {
    const circuitIndices = tokens.map(({ circuitIndex }) => circuitIndex);
    deps.tickets.check(authorization.ticket, { userId, deviceId, circuitIndices });
  }
  await deps.persistence.putMatchTokens({ body: { userId, deviceId, tokens } }, call);
};
