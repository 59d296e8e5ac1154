import type { Environment } from '../config/load-config.ts';
import type { Tracer } from './tracer.ts';

/** Either of them switches tracing on; the names and meanings are those of OpenTelemetry. */
const ENDPOINT_VARIABLES = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

/**
 * The tracer the environment asks for. Without an endpoint, or with `OTEL_SDK_DISABLED=true`, there is none and the SDK
 * is not even loaded.
 */
export const openTracer = async (service: string, environment: Environment): Promise<Tracer | undefined> => {
  const isWanted = ENDPOINT_VARIABLES.some((name) => (environment[name] ?? '') !== '');
  if (!isWanted || environment['OTEL_SDK_DISABLED'] === 'true') return undefined;
  const { createOtelTracer } = await import('./otel-tracer.ts');
  return createOtelTracer(service, environment);
};
