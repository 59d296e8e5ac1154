import type { FastifyRequest } from 'fastify';
import type { ServiceApp } from '../service.ts';
import { traceOutgoingCalls } from './outgoing-calls.ts';
import { inTrace, type TraceScope, traceContextOf } from './trace-context.ts';
import type { Span, Tracer } from './tracer.ts';

interface TracedRequest {
  readonly scope: TraceScope;
  readonly span?: Span;
}

/** Probes and scrapes come every few seconds and say nothing about a user's request. */
const UNTRACED_ROUTE = /^\/(health|metrics|openapi\.json|docs)(\/|$)/;

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

const begin = (request: FastifyRequest, tracer: Tracer | undefined): TracedRequest | undefined => {
  const parent = traceContextOf(request.headers);
  if (tracer === undefined) return parent && { scope: { context: parent } };
  const route = routeOf(request);
  if (UNTRACED_ROUTE.test(route)) return undefined;
  const span = tracer.startSpan({
    name: `${request.method} ${route}`,
    kind: 'server',
    parent,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'openrecognize.request_id': request.id,
    },
  });
  return { span, scope: { context: span.context, tracer } };
};

/**
 * Serves each request in the trace its `traceparent` names, so that calls and statements it causes join that trace.
 * With a tracer every request has a span of its own; without one the caller's context is only handed on, and a request
 * that brings none costs a look at its headers.
 */
export const traceRequests = (app: ServiceApp, tracer: Tracer | undefined): void => {
  const traced = new WeakMap<FastifyRequest, TracedRequest>();
  app.addHook('onRequest', (request, reply, done) => {
    const begun = begin(request, tracer);
    if (begun === undefined) return done();
    traceOutgoingCalls();
    traced.set(request, begun);
    request.log = request.log.child({ traceId: begun.scope.context.traceId });
    reply.log = request.log;
    inTrace(begun.scope, done);
  });
  // What follows is called by an event of the socket, outside of what the first hook began.
  app.addHook('preValidation', (request, _reply, done) => {
    const begun = traced.get(request);
    if (begun === undefined) return done();
    inTrace(begun.scope, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    traced.get(request)?.span?.end({
      attributes: { 'http.response.status_code': status },
      errorType: status >= 500 ? String(status) : undefined,
    });
    done();
  });
};
