import type { EndpointShape } from '@openrecognize/contracts';
import * as contracts from '@openrecognize/contracts';

const ADMIN_PREFIX = '/v2/admin/';

/** Sign-in, session and sign-out have routes of their own, since the token stays with the server of the page. */
const own: readonly EndpointShape[] = [
  contracts.signInOperator,
  contracts.readOperatorSession,
  contracts.signOutOperator,
];

const isEndpoint = (value: unknown): value is EndpointShape =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'response' in value;

/** All that the page may reach behind its server: the administration endpoints of the contract, and no other. */
export const adminEndpoints: readonly EndpointShape[] = Object.values<unknown>(contracts)
  .filter(isEndpoint)
  .filter((endpoint) => endpoint.path.startsWith(ADMIN_PREFIX) && !own.includes(endpoint));

/** Path under which the page's server offers an administration endpoint. */
export const pagePathOf = ({ path }: EndpointShape): `/${string}` =>
  `/api/admin/${path.slice(ADMIN_PREFIX.length)}`;
