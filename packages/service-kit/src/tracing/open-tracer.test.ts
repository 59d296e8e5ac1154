import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTracer } from './open-tracer.ts';

afterEach(() => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
});

describe('opening a tracer', () => {
  it.each([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }])(
    'yields none without an endpoint',
    async (environment) => {
      expect(await openTracer('sample-service', environment)).toBeUndefined();
    },
  );

  it('yields none when the SDK is disabled', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' };
    expect(await openTracer('sample-service', environment)).toBeUndefined();
  });

  it('loads no module of the SDK unless it is wanted', () => {
    // A process of its own has loaded none before. prom-client loads the API package in any case.
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)});
      console.log(loaded.some((url) => url.includes('/start-service')), loaded.filter((url) => /@opentelemetry.(?!api)/.test(url)).length);
    `;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(output.trim()).toBe('true 0');
  });

  it('sends spans with the name of the service, its parent and its failure, and flushes when it closes', async () => {
    const received: { url: string; body: string }[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ url: request.url!, body });
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    // The exporter reads the variables of the process itself.
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=test';
    const tracer = await openTracer('sample-service', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', flags: 1 };
    const span = tracer!.startSpan({ name: 'GET /things/:id', kind: 'server', parent });
    expect(span.context.traceId).toBe(parent.traceId);
    span.end({ errorType: '503' });
    tracer!.startSpan({ name: 'unsampled', kind: 'server', parent: { ...parent, flags: 0 } }).end();
    await tracer!.close();
    collector.close();

    expect(received.map(({ url }) => url)).toEqual(['/v1/traces']);
    const [{ resource, scopeSpans }] = JSON.parse(received[0]!.body).resourceSpans;
    expect(resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'sample-service' },
    });
    expect(resource.attributes).toContainEqual({
      key: 'deployment.environment.name',
      value: { stringValue: 'test' },
    });
    expect(scopeSpans[0].spans).toHaveLength(1);
    expect(scopeSpans[0].spans[0]).toMatchObject({
      name: 'GET /things/:id',
      traceId: parent.traceId,
      parentSpanId: parent.spanId,
      kind: 2,
      status: { code: 2 },
    });
  });
});
