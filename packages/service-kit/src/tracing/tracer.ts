import type { TraceContext } from './trace-context.ts';

/** Names follow the OpenTelemetry semantic conventions. No value may come from a body, a key or an id of a person. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** Begins a trace of its own if absent. */
  readonly parent?: TraceContext | undefined;
  /** Milliseconds since the epoch, for work that began a while ago; now by default. */
  readonly startMs?: number;
  readonly attributes?: SpanAttributes;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** What went wrong, as a code; absent if nothing did. */
  readonly errorType?: string | undefined;
}

/** One piece of work, timed. */
export interface Span {
  readonly context: TraceContext;
  /** To be called once. */
  end(outcome?: SpanEnd): void;
}

/** Records spans. A port, so that no service depends on the OpenTelemetry SDK unless it is switched on. */
export interface Tracer {
  startSpan(start: SpanStart): Span;
  /** Sends what is recorded and not yet sent; nothing is recorded afterwards. */
  close(): Promise<void>;
}
