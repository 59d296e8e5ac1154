import { issueRefillTicket } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { issueEnrollmentTicket } from '../commands/issue-enrollment-ticket.ts';
import type { Mount } from '../server.ts';

export const mountIssueRefillTicket: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, issueRefillTicket, ({ body }, { requestId }) =>
    issueEnrollmentTicket(deps, body, { requestId }),
  );
