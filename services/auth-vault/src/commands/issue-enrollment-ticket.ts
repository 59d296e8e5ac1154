import type { EndpointInput, issueRefillTicket } from '@openrecognize/contracts';
import type { CallContext, NodePersistence } from '../ports/node-persistence.ts';
import { checkOwnEnrollment } from './check-own-enrollment.ts';
import type { IssuedTicket, RefillTickets } from './refill-tickets.ts';

export interface IssueEnrollmentTicketDeps {
  readonly persistence: NodePersistence;
  readonly tickets: RefillTickets;
  readonly now: () => number;
}

/**
 * Ticket for a device that has just committed its enrollment.
 *
 * @throws RecognizeError ENROLLMENT_NOT_FOUND
 */
export const issueEnrollmentTicket = async (
  deps: IssueEnrollmentTicketDeps,
  request: EndpointInput<typeof issueRefillTicket>['body'],
  call: CallContext,
): Promise<IssuedTicket> => {
  const { enrollmentId, userId, deviceId, refill } = request;
  const wanted = { enrollmentId, userId, deviceId, state: 'committed' } as const;
  await checkOwnEnrollment(deps.persistence, wanted, deps.now(), call);
  return deps.tickets.issue({ userId, deviceId, ...refill });
};
