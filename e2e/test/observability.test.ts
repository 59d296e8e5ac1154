import { tracingChannel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  enrollSyntheticDevice,
  type SyntheticDevice,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: 'server' | 'client';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'service' | 'kind'> & { readonly kind: number })[];
    }[];
  }[];
}

const SERVER_KIND = 2;
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CLIENT_SPAN_ID = '00f067aa0ba902b7';
/** Reserve, answer, refill. */
const CALLS_OF_THE_DEVICE = [
  'POST /v1/authentications',
  'POST /v1/authentications/:authenticationId',
  'PUT /v1/users/:userId/devices/:deviceId/circuits',
];

/** A collector of spans over OTLP/HTTP in this process. */
const startCollector = async () => {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const spans = (): readonly Span[] =>
    bodies.flatMap((body) =>
      (JSON.parse(body) as ExportRequest).resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const service =
          resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        return scopeSpans.flatMap((scope) =>
          scope.spans.map(
            (span): Span => ({ ...span, service, kind: span.kind === SERVER_KIND ? 'server' : 'client' }),
          ),
        );
      }),
    );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies, spans, close: () => server.close() };
};

const outgoingCalls = tracingChannel<string, { headers: Record<string, string> }>(
  'openrecognize:outgoing-call',
);
/** What a traced client adds to its calls. */
const clientTrace = {
  start: ({ headers }: { headers: Record<string, string> }) => {
    headers['traceparent'] = `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01`;
  },
  end: () => {},
  asyncStart: () => {},
  asyncEnd: () => {},
  error: () => {},
};

let collector: Awaited<ReturnType<typeof startCollector>>;
let stack: TestStack;
let device: SyntheticDevice;

beforeAll(async () => {
  collector = await startCollector();
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  const overrides: Record<string, Record<string, string>> = Object.fromEntries(
    backendServices.map((name) => [name, tracing]),
  );
  overrides['circuit-storage'] = { ...tracing, STOCK_INTERVAL_SECONDS: '1' };
  stack = await startTestStack({ overrides });
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 8 });
  outgoingCalls.subscribe(clientTrace);
  await device.authenticate();
  outgoingCalls.unsubscribe(clientTrace);
});
afterAll(async () => {
  await device?.close();
  await stack?.dispose();
  collector?.close();
});

const metricsOf = async (name: (typeof backendServices)[number]): Promise<string> =>
  (await fetch(`${stack.urlOf(name)}/metrics`)).text();

describe('one authentication, followed by its trace', () => {
  const traced = (): readonly Span[] => collector.spans().filter(({ traceId }) => traceId === TRACE_ID);

  const roots = (): readonly Span[] => traced().filter(({ parentSpanId }) => parentSpanId === CLIENT_SPAN_ID);
  const isWhole = (): boolean => {
    const ids = new Set([CLIENT_SPAN_ID, ...traced().map(({ spanId }) => spanId)]);
    const services = new Set(traced().map(({ service }) => service));
    const isConnected = traced().every(({ parentSpanId }) => ids.has(parentSpanId ?? ''));
    return isConnected && services.size === 4 && roots().length === CALLS_OF_THE_DEVICE.length;
  };

  beforeAll(async () => {
    // Every service sends on its own time; the trace is whole when no call and no parent is missing.
    const deadline = performance.now() + 20_000;
    while (!isWhole() && performance.now() < deadline) await delay(100);
  });

  it('goes through every service of the protocol and no other, without a gap', () => {
    expect(isWhole()).toBe(true);
    expect([...new Set(traced().map(({ service }) => service))].sort()).toEqual([
      'auth-vault',
      'circuit-storage',
      'core-daemon',
      'node-persistence',
    ]);
  });

  it('begins with the calls of the device and nests calls as they were made', () => {
    const spans = new Map(traced().map((span) => [span.spanId, span]));
    expect(new Set(roots().map(({ service }) => service))).toEqual(new Set(['core-daemon']));
    expect(
      roots()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(CALLS_OF_THE_DEVICE);
    // A request served inside is the child of the call its caller made, under the same name.
    const inner = traced().filter(({ kind, service }) => kind === 'server' && service !== 'core-daemon');
    expect(inner.length).toBeGreaterThan(4);
    for (const request of inner) {
      const call = spans.get(request.parentSpanId!)!;
      expect(call).toMatchObject({ kind: 'client', name: request.name });
      expect(call.service).not.toBe(request.service);
    }
  });

  it('shows the statements by their names, below the request that ran them', () => {
    const spans = new Map(traced().map((span) => [span.spanId, span]));
    const statements = traced().filter(({ name }) => /^[a-z][a-z0-9-]+$/.test(name));
    expect(statements.map(({ name }) => name)).toContain('circuit-storage-reserve');
    expect(new Set(statements.map(({ service }) => service))).toEqual(
      new Set(['circuit-storage', 'node-persistence']),
    );
    for (const { parentSpanId, service } of statements) {
      expect(spans.get(parentSpanId!)).toMatchObject({ kind: 'server', service });
    }
  });

  it('carries no id of the user or device, and can be found in the logs', async () => {
    const sent = collector.bodies.join('\n');
    expect(sent).toContain(TRACE_ID);
    for (const secret of [
      device.userId,
      device.deviceId,
      stack.secrets.serviceKey,
      stack.tenant.mobileApiKey,
    ]) {
      expect(sent).not.toContain(secret);
    }
    for (const name of ['core-daemon', 'auth-vault', 'circuit-storage', 'node-persistence'] as const) {
      await expect.poll(() => readFile(stack.logOf(name), 'utf8'), { timeout: 5000 }).toContain(TRACE_ID);
    }
  });
});

describe('the metrics of the running services', () => {
  /** Made where there is no backend stack: by services with face models, and by a process that has ended. */
  /** By services that this stack goes without: see photo-contract. */
  const madeElsewhere = [
    'openrecognize_work_places gauge',
    'openrecognize_last_start_failure_timestamp_seconds gauge',
  ];

  it('are the documented ones with their types, in both directions', async () => {
    const documentation = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const documented = [...documentation.matchAll(/^\s*\| `(openrecognize_\w+)` \| (\w+) \|/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    const running = new Set<string>();
    for (const name of backendServices) {
      for (const [, metric, type] of (await metricsOf(name)).matchAll(
        /^# TYPE (openrecognize_\w+) (\w+)$/gm,
      )) {
        running.add(`${metric} ${type}`);
      }
    }
    expect([...running].sort()).toEqual(
      documented
        .filter((metric) => !madeElsewhere.includes(metric) && !metric.startsWith('openrecognize_web_'))
        .sort(),
    );
  });

  it('time the four steps of an authentication', async () => {
    const metrics = await metricsOf('core-daemon');
    for (const step of ['device_auth', 'user_auth', 'send_circuit', 'circuit_evaluation']) {
      expect(metrics).toMatch(new RegExp(`^openrecognize_${step}_seconds_count(\\{[^}]*\\})? [1-9]`, 'm'));
    }
  });

  it('tell the stock of the devices', async () => {
    const stock = async () =>
      (await metricsOf('circuit-storage'))
        .split('\n')
        .filter((line) => /^openrecognize_(circuit_stock|devices)\{/.test(line));
    await expect
      .poll(stock, { timeout: 10_000, interval: 250 })
      .toEqual([
        expect.stringMatching(/^openrecognize_circuit_stock\{state="ready"\} [1-9]\d*$/),
        'openrecognize_devices{stock="sufficient"} 1',
        'openrecognize_devices{stock="low"} 0',
        'openrecognize_devices{stock="empty"} 0',
      ]);
  });

  it('name no user, device or key', async () => {
    for (const name of backendServices) {
      const metrics = await metricsOf(name);
      expect(metrics).not.toContain(device.userId);
      expect(metrics).not.toContain(device.deviceId);
    }
  });
});
