import { describe, expect, it } from 'vitest';
import { currentTrace, inTrace, traceContextOf, traceHeadersOf } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traceparent', () => {
  it('is read and written as W3C Trace Context §3.2 has it', () => {
    const context = traceContextOf({ traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'a=1' });
    expect(context).toEqual({ traceId, spanId, flags: 1, tracestate: 'a=1' });
    expect(traceHeadersOf(context!)).toEqual({
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: 'a=1',
    });
  });

  it('of a later version is read up to the fields that are known', () => {
    expect(traceContextOf({ traceparent: `01-${traceId}-${spanId}-00-more` })).toMatchObject({ flags: 0 });
  });

  it.each([
    undefined,
    '',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01\r\nx: y`,
  ])('is ignored when it is ill-formed: %j', (traceparent) => {
    expect(traceContextOf(traceparent === undefined ? {} : { traceparent })).toBeUndefined();
  });

  it('goes on without a tracestate that is too long', () => {
    const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: `a=${'x'.repeat(511)}` };
    expect(traceContextOf(headers)).toEqual({ traceId, spanId, flags: 1 });
  });
});

it('a scope reaches what is awaited in it and nothing else', async () => {
  const context = { traceId, spanId, flags: 1 };
  const seen = await inTrace({ context }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return currentTrace()?.context;
  });
  expect(seen).toBe(context);
  expect(currentTrace()).toBeUndefined();
});
