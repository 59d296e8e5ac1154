import { checkRefillTicket } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Mount } from '../server.ts';

export const mountCheckRefillTicket: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, checkRefillTicket, async ({ body }) => {
    const { ticket, ...device } = body;
    deps.tickets.check(ticket, { ...device, circuitIndices: [] });
    return undefined;
  });
