import {
  type Context,
  createTraceState,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Environment } from '../config/load-config.ts';
import type { TraceContext } from './trace-context.ts';
import type { Span, Tracer } from './tracer.ts';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

const parentContext = (parent: TraceContext | undefined): Context => {
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags, tracestate } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  });
};

const contextOf = (span: OtelSpan): TraceContext => {
  const { traceId, spanId, traceFlags: flags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize();
  return { traceId, spanId, flags, ...(tracestate ? { tracestate } : {}) };
};

const numberOf = (environment: Environment, name: string): number | undefined => {
  const value = Number.parseFloat(environment[name] ?? '');
  return Number.isFinite(value) ? value : undefined;
};

const wrap = (span: OtelSpan): Span => ({
  context: contextOf(span),
  end: ({ attributes, errorType } = {}) => {
    if (attributes !== undefined) span.setAttributes(attributes);
    if (errorType !== undefined) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  },
});

/**
 * Spans over OTLP/HTTP, in batches. The exporter reads endpoint, headers and deadline from the `OTEL_EXPORTER_OTLP_*`
 * variables of the process; `OTEL_TRACES_SAMPLER_ARG` is the share of new traces that is recorded (1 by default),
 * `OTEL_BSP_SCHEDULE_DELAY` the pause between two batches in milliseconds. A collector that is away costs spans, never
 * a request.
 */
export const createOtelTracer = (service: string, environment: Environment): Tracer => {
  const scheduledDelayMillis = numberOf(environment, 'OTEL_BSP_SCHEDULE_DELAY');
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
      .merge(resourceFromAttributes({ 'service.name': environment['OTEL_SERVICE_NAME'] || service })),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(numberOf(environment, 'OTEL_TRACES_SAMPLER_ARG') ?? 1),
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        ...(scheduledDelayMillis === undefined ? {} : { scheduledDelayMillis }),
      }),
    ],
  });
  const tracer = provider.getTracer('@openrecognize/service-kit');
  return {
    startSpan: ({ name, kind, parent, startMs, attributes }) =>
      wrap(
        tracer.startSpan(
          name,
          {
            kind: KINDS[kind],
            ...(startMs === undefined ? {} : { startTime: startMs }),
            ...(attributes === undefined ? {} : { attributes }),
          },
          parentContext(parent),
        ),
      ),
    close: () => provider.shutdown(),
  };
};
