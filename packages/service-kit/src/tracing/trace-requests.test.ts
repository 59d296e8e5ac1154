import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { createService, type Service } from '../service.ts';
import { traceStatement } from './trace-statement.ts';
import type { SpanEnd, SpanStart, Tracer } from './tracer.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const outgoingCalls = tracingChannel('openrecognize:outgoing-call');

interface RecordedSpan extends SpanStart {
  readonly spanId: string;
  ended?: SpanEnd;
}

const recordingTracer = () => {
  const spans: RecordedSpan[] = [];
  let closed = false;
  const tracer: Tracer = {
    startSpan(start) {
      const span: RecordedSpan = { ...start, spanId: String(spans.length + 1).padStart(16, '0') };
      spans.push(span);
      return {
        context: { traceId: start.parent?.traceId ?? 'f'.repeat(32), spanId: span.spanId, flags: 1 },
        end: (outcome = {}) => {
          span.ended = outcome;
        },
      };
    },
    async close() {
      closed = true;
    },
  };
  return { tracer, spans, isClosed: () => closed };
};

/** What an HTTP client does: tells of its call and sends the headers it is left with. */
const callOut = (path: string, failure?: Error): Promise<Record<string, string>> => {
  const call = { method: 'GET', path, origin: 'http://inner:1', headers: {} as Record<string, string> };
  const work = async () => {
    if (failure) throw failure;
    return call.headers;
  };
  return outgoingCalls.hasSubscribers ? outgoingCalls.tracePromise(work, call) : work();
};

const opened: Service[] = [];
afterEach(async () => {
  for (const service of opened.splice(0)) await service.close();
});

const start = async (tracer?: Tracer) => {
  const lines: string[] = [];
  const service = await createService({
    name: 'sample-service',
    nodeEnv: 'production',
    logging: { stream: { write: (line) => lines.push(line) } },
    tracer,
  });
  opened.push(service);
  service.app.post('/things/:id', async (request) => {
    await new Promise((resolve) => setImmediate(resolve));
    const headers = await callOut('/inner/:id');
    traceStatement('find-thing', 0.25, false);
    request.log.info('worked');
    return headers;
  });
  service.app.get('/broken', async () => {
    await callOut('/away', Object.assign(new Error('away'), { code: 'SERVICE_UNAVAILABLE' })).catch(() => {});
    throw new Error('no');
  });
  const post = async (headers: Record<string, string>): Promise<Record<string, string>> =>
    (await service.app.inject({ method: 'POST', url: '/things/4711', payload: { a: 1 }, headers })).json();
  return { service, post, lines };
};

describe('without a tracer', () => {
  it('hands the context of the caller on as it came, and adds it to the log', async () => {
    const { post, lines } = await start();
    expect(await post({ traceparent, tracestate: 'a=1' })).toEqual({ traceparent, tracestate: 'a=1' });
    expect(lines.filter((line) => line.includes(traceId)).map((line) => JSON.parse(line).msg)).toEqual([
      'worked',
      'request',
    ]);
  });

  it('begins no trace of its own', async () => {
    const { post } = await start();
    expect(await post({})).toEqual({});
  });
});

describe('with a tracer', () => {
  it('makes a span of the request, and of each call and statement below it, without ids or values', async () => {
    const { tracer, spans } = recordingTracer();
    const { post } = await start(tracer);
    const sent = await post({ traceparent });
    const [request, call, statement] = spans;
    expect(request).toMatchObject({
      name: 'POST /things/:id',
      kind: 'server',
      parent: { traceId, spanId: '00f067aa0ba902b7' },
      ended: { attributes: { 'http.response.status_code': 200 }, errorType: undefined },
    });
    expect(call).toMatchObject({
      name: 'GET /inner/:id',
      kind: 'client',
      parent: { spanId: request!.spanId },
    });
    expect(call!.ended).toEqual({ errorType: undefined });
    expect(sent).toEqual({ traceparent: `00-${traceId}-${call!.spanId}-01` });
    expect(statement).toMatchObject({ name: 'find-thing', parent: { spanId: request!.spanId }, ended: {} });
    expect(Date.now() - statement!.startMs!).toBeGreaterThan(200);
    expect(spans).toHaveLength(3);
    expect(JSON.stringify(spans)).not.toContain('4711');
  });

  it('begins a trace for a request that brings none, and leaves out probes and scrapes', async () => {
    const { tracer, spans } = recordingTracer();
    const { post, service } = await start(tracer);
    await post({});
    await service.app.inject('/metrics');
    await service.app.inject('/health/ready');
    expect(spans.map(({ name, parent }) => [name, parent?.traceId])).toEqual([
      ['POST /things/:id', undefined],
      ['GET /inner/:id', 'f'.repeat(32)],
      ['find-thing', 'f'.repeat(32)],
    ]);
  });

  it('says which call failed with what, and that the request did', async () => {
    const { tracer, spans } = recordingTracer();
    const { service } = await start(tracer);
    await service.app.inject('/broken');
    expect(spans.map(({ ended }) => ended?.errorType)).toEqual(['500', 'SERVICE_UNAVAILABLE']);
  });

  it('closes the tracer after everything else', async () => {
    const { tracer, isClosed } = recordingTracer();
    const { service } = await start(tracer);
    let closedBefore: boolean | undefined;
    service.onClose('pool', () => {
      closedBefore = isClosed();
    });
    await service.close();
    expect([closedBefore, isClosed()]).toEqual([false, true]);
  });
});
