import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Header that carries the id of a request from service to service. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Ids end up in logs: no character that could forge a line or break a parser. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The caller's id if it has the strict form (8 to 64 of `A-Za-z0-9._-`), else a new UUID. */
export const requestIdOf = (request: Pick<IncomingMessage, 'headers'>): string => {
  const offered = request.headers[REQUEST_ID_HEADER];
  return typeof offered === 'string' && REQUEST_ID.test(offered) ? offered : randomUUID();
};
