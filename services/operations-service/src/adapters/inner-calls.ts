import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  isRecognizeError,
  RecognizeError,
} from '@openrecognize/contracts';
import type { BackendContext, PortOf } from '../ports/backend-port.ts';

/** A refusal that is about our own call, such as a wrong service key, is no business of our caller. */
const isForCaller = (endpoint: EndpointShape, error: RecognizeError): boolean =>
  (error.httpStatus ?? 0) >= 500 ||
  error.code === 'BAD_REQUEST' ||
  endpoint.errors.some((code) => code === error.code);

/**
 * Calls a service behind this one, in the name of a request.
 *
 * @throws RecognizeError what the endpoint lists, BAD_REQUEST, 5xx codes; INTERNAL_ERROR in the place of any other
 */
export const callInner = async <E extends EndpointShape>(
  http: HttpClient,
  endpoint: E,
  input: EndpointInput<E>,
  { requestId }: BackendContext,
): Promise<EndpointOutput<E>> => {
  try {
    return await callEndpoint(http, endpoint, input, { requestId });
  } catch (error) {
    if (!isRecognizeError(error) || isForCaller(endpoint, error)) throw error;
    throw new RecognizeError('INTERNAL_ERROR', { cause: error });
  }
};

/** A method for each endpoint of one service. */
export const createInnerPort = <Endpoints extends Readonly<Record<string, EndpointShape>>>(
  http: HttpClient,
  endpoints: Endpoints,
): PortOf<Endpoints> =>
  // The type says for each endpoint what the loop does for all of them.
  Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint]) => [
      name,
      (input: EndpointInput<EndpointShape>, context: BackendContext) =>
        callInner(http, endpoint, input, context),
    ]),
  ) as unknown as PortOf<Endpoints>;
