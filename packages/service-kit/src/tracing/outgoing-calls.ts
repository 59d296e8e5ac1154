import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { currentTrace, traceHeadersOf } from './trace-context.ts';
import type { Span } from './tracer.ts';

/**
 * Channel on which the HTTP clients of the services tell of their calls. The name and the message are the whole bond
 * between the two packages.
 */
const CHANNEL = 'openrecognize:outgoing-call';

/** One call, retries included. */
interface OutgoingCall {
  readonly method: string;
  /** With `:name` parts, no ids. */
  readonly path: string;
  readonly origin: string;
  /** Headers of the call; what is put here before it starts is sent. */
  readonly headers: Record<string, string | undefined>;
  /** Set when the call failed. */
  readonly error?: unknown;
}

const spans = new WeakMap<OutgoingCall, Span>();

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'UNKNOWN_ERROR';
};

const nothing = (): void => {};

const subscriber: TracingChannelSubscribers<OutgoingCall> = {
  start: (call) => {
    const scope = currentTrace();
    if (scope === undefined) return;
    const { method, path, origin } = call;
    const span = scope.tracer?.startSpan({
      name: `${method} ${path}`,
      kind: 'client',
      parent: scope.context,
      attributes: { 'http.request.method': method, 'url.template': path, 'server.address': origin },
    });
    if (span !== undefined) spans.set(call, span);
    Object.assign(call.headers, traceHeadersOf(span?.context ?? scope.context));
  },
  end: nothing,
  asyncStart: nothing,
  asyncEnd: (call) => {
    spans.get(call)?.end({ errorType: call.error === undefined ? undefined : codeOf(call.error) });
  },
  error: nothing,
};

let isSubscribed = false;

/** From now on calls made while a traced request is served carry its trace. Later calls change nothing. */
export const traceOutgoingCalls = (): void => {
  if (isSubscribed) return;
  isSubscribed = true;
  tracingChannel<string, OutgoingCall>(CHANNEL).subscribe(subscriber);
};
