import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';

/** Carries the request id on to the services behind. */
export interface BackendContext {
  readonly requestId: string;
}

/** One method for each endpoint of a service behind this one. */
export type PortOf<Endpoints extends Readonly<Record<string, EndpointShape>>> = {
  readonly [Name in keyof Endpoints]: (
    input: EndpointInput<Endpoints[Name]>,
    context: BackendContext,
  ) => Promise<EndpointOutput<Endpoints[Name]>>;
};
