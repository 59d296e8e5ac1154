import type { EndpointInput, EndpointOutput, nodePersistenceEndpoints } from '@openrecognize/contracts';

type Endpoints = typeof nodePersistenceEndpoints;

/** Carried along, so that one user action can be followed through all services. */
export interface CallContext {
  readonly requestId: string;
}

type Operation<Name extends keyof Endpoints> = (
  input: EndpointInput<Endpoints[Name]>,
  call: CallContext,
) => Promise<EndpointOutput<Endpoints[Name]>>;

/**
 * What the vault needs of node-persistence. Each throws the `RecognizeError`s its contract lists, and
 * SERVICE_UNAVAILABLE for everything else.
 */
export interface NodePersistence {
  readonly readEnrollment: Operation<'readEnrollment'>;
  readonly putMatchTokens: Operation<'putMatchTokens'>;
  readonly settleAttempt: Operation<'settleAttempt'>;
}
