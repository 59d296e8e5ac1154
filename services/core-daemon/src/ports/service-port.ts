import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';

/** Carried along, so that one user action can be followed through all services. */
export interface CallContext {
  readonly requestId: string;
}

/**
 * Operations of another service, one method for each contract endpoint. Each throws the `RecognizeError`s its
 * endpoint lists, a 5xx code when the service fails, nothing else.
 */
export type ServicePort<Endpoints extends Readonly<Record<string, EndpointShape>>> = {
  readonly [Name in keyof Endpoints]: (
    input: EndpointInput<Endpoints[Name]>,
    call: CallContext,
  ) => Promise<EndpointOutput<Endpoints[Name]>>;
};
