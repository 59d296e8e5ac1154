import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { Tracer } from './tracer.ts';

/** Position in a trace, as W3C Trace Context carries it from service to service. */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** Bit 0: sampled. */
  readonly flags: number;
  /** What vendors attached to the trace; handed on unread. */
  readonly tracestate?: string;
}

/** What the code that serves a request may know of the trace it belongs to. */
export interface TraceScope {
  /** Parent of whatever begins now. */
  readonly context: TraceContext;
  /** Absent while tracing is switched off: the context of the caller is then handed on as it came. */
  readonly tracer?: Tracer;
}

/** Version 00 of `traceparent` (W3C Trace Context §3.2.2); later versions may append fields. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Longest `tracestate` that is handed on (W3C Trace Context §3.3.1.5 asks for at least 512). */
const MAX_TRACESTATE_CHARS = 512;

const scopes = new AsyncLocalStorage<TraceScope>();

/** Scope of the request being served, or undefined outside of any traced request. */
export const currentTrace = (): TraceScope | undefined => scopes.getStore();

/** Runs `work`, and all it starts, in the scope. */
export const inTrace = <Result>(scope: TraceScope, work: () => Result): Result => scopes.run(scope, work);

/** The caller's position in its trace; undefined if it named none, or none that is well-formed. */
export const traceContextOf = (headers: IncomingHttpHeaders): TraceContext | undefined => {
  const offered = headers['traceparent'];
  if (typeof offered !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(offered) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const tracestate = headers['tracestate'];
  const context = { traceId, spanId, flags: Number.parseInt(flags, 16) };
  return typeof tracestate === 'string' && tracestate.length <= MAX_TRACESTATE_CHARS
    ? { ...context, tracestate }
    : context;
};

/** The headers that name `context` to the next service. */
export const traceHeadersOf = ({
  traceId,
  spanId,
  flags,
  tracestate,
}: TraceContext): Record<string, string> => ({
  traceparent: `00-${traceId}-${spanId}-${(flags & 0xff).toString(16).padStart(2, '0')}`,
  ...(tracestate === undefined ? {} : { tracestate }),
});
