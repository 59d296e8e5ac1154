import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { START_FAILURES_METRIC } from './start-record.ts';

/** Seconds; from a fast database answer to the slowest call a deadline allows. */
const DURATION_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export interface HistogramOptions<Label extends string> {
  /** With its unit, for instance `openrecognize_circuit_evaluation_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
  /** Upper bounds in the unit of the name; 0.5 ms to 10 s by default. */
  readonly buckets?: readonly number[];
}

export interface GaugeOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
  /** Called at each scrape, to read a value that lives elsewhere. */
  readonly collect?: (gauge: Gauge<Label>) => void;
}

/** The metrics of one service process. */
export interface ServiceMetrics {
  readonly registry: Registry;
  readonly httpRequestDurationSeconds: Histogram<'service' | 'method' | 'route' | 'status'>;
  readonly httpRequestsInFlight: Gauge<'service'>;
  readonly errorLogs: Counter<'service'>;
  /** From the record of the machine: the process that reports them is one whose start succeeded. */
  readonly startFailures: Counter<'service'>;
  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label>;
  counter<Label extends string = never>(options: Omit<HistogramOptions<Label>, 'buckets'>): Counter<Label>;
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
}

export interface ServiceMetricsOptions {
  /** CPU, memory, event loop and garbage collection of the process; true by default. */
  readonly processMetrics?: boolean;
}

/** A registry of its own, so that two services in one test process do not meet. */
export const createServiceMetrics = (options: ServiceMetricsOptions = {}): ServiceMetrics => {
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const histogram = <Label extends string = never>(wanted: HistogramOptions<Label>): Histogram<Label> =>
    new Histogram({
      name: wanted.name,
      help: wanted.help,
      labelNames: wanted.labels ?? [],
      buckets: [...(wanted.buckets ?? DURATION_BUCKETS_SECONDS)],
      registers,
    });
  const counter = <Label extends string = never>(
    wanted: Omit<HistogramOptions<Label>, 'buckets'>,
  ): Counter<Label> =>
    new Counter({ name: wanted.name, help: wanted.help, labelNames: wanted.labels ?? [], registers });
  const gauge = <Label extends string = never>(wanted: GaugeOptions<Label>): Gauge<Label> => {
    const { collect } = wanted;
    return new Gauge({
      name: wanted.name,
      help: wanted.help,
      labelNames: wanted.labels ?? [],
      registers,
      ...(collect === undefined
        ? {}
        : {
            collect() {
              collect(this as Gauge<Label>);
            },
          }),
    });
  };

  return {
    registry,
    histogram,
    counter,
    gauge,
    httpRequestDurationSeconds: histogram({
      name: 'openrecognize_http_request_duration_seconds',
      help: 'Time from a request to the end of its response, by route pattern',
      labels: ['service', 'method', 'route', 'status'],
    }),
    httpRequestsInFlight: gauge({
      name: 'openrecognize_http_requests_in_flight',
      help: 'Requests whose answer is not yet sent',
      labels: ['service'],
    }),
    errorLogs: counter({
      name: 'openrecognize_error_logs_total',
      help: 'Log lines of level error or fatal',
      labels: ['service'],
    }),
    startFailures: counter({ ...START_FAILURES_METRIC, labels: ['service'] }),
  };
};
