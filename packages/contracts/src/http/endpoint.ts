import type { Static, TObject, TSchema } from 'typebox';
import type { CoreErrorCode } from '../errors/index.ts';

/** Which credential an endpoint asks for; `operator`: the session of an operator, or a secret key of a tenant. */
export type EndpointAuth = 'public' | 'mobile-key' | 'secret-key' | 'operator' | 'service-key';

/** A raw body or answer instead of JSON. */
export type RawBody = 'bytes';

/** One HTTP operation: the only place where its path, schemas and statuses stand. */
export interface EndpointShape {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify notation, parameters as `:name`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly auth: EndpointAuth;
  /** A repeated call has the effect of one: the client may retry it. */
  readonly idempotent: boolean;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly headers?: TObject;
  readonly body?: TSchema | RawBody;
  readonly status: 200 | 201 | 204;
  readonly response: TSchema | RawBody | 'empty';
  /** Catalogue codes a caller must expect beside the general ones. */
  readonly errors: readonly CoreErrorCode[];
}

export const defineEndpoint = <const E extends EndpointShape>(endpoint: E): E => endpoint;

// The literal comes first: a schema type without required properties would swallow it.
type Part<E, K extends string> =
  E extends Record<K, infer S>
    ? S extends RawBody
      ? { readonly [P in K]: Uint8Array }
      : S extends TSchema
        ? { readonly [P in K]: Static<S> }
        : unknown
    : unknown;

/** What a caller passes: the parts the endpoint declares, typed. */
export type EndpointInput<E extends EndpointShape> = Part<E, 'params'> &
  Part<E, 'query'> &
  Part<E, 'headers'> &
  Part<E, 'body'>;

/** What a successful call yields. */
export type EndpointOutput<E extends EndpointShape> = E['response'] extends RawBody
  ? Uint8Array
  : E['response'] extends 'empty'
    ? undefined
    : E['response'] extends TSchema
      ? Static<E['response']>
      : never;
