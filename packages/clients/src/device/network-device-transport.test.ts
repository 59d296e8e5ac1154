import { utf8ToBytes } from '@openrecognize/bytes';
import { defineEndpoint, RecognizeError, uploadCircuits } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { callIdempotently } from './call-idempotently.ts';
import {
  createNetworkDeviceTransport,
  type NetworkRequest,
  type SendRequest,
} from './network-device-transport.ts';

const read = defineEndpoint({
  method: 'POST',
  path: '/v1/things/:thingId',
  summary: 'for tests',
  auth: 'mobile-key',
  idempotent: true,
  params: Type.Object({ thingId: Type.String() }),
  body: Type.Object({ size: Type.Integer() }),
  status: 200,
  response: Type.Object({ count: Type.Integer() }),
  errors: [],
});
const input = { params: { thingId: 'a/b' }, body: { size: 3 } };

const answering = (status: number, body: string) => {
  const requests: NetworkRequest[] = [];
  const send: SendRequest = async (request) => {
    requests.push(request);
    return { status, body: utf8ToBytes(body) };
  };
  const transport = createNetworkDeviceTransport({ hosts: ['https://core.test'], apiKey: 'key', send });
  return { transport, requests };
};

describe('the network device transport', () => {
  it('sends what the contract says, under the API key', async () => {
    const { transport, requests } = answering(200, '{"count":1}');
    expect(await transport.call(read, input)).toEqual({ count: 1 });
    expect(requests).toEqual([
      {
        method: 'POST',
        baseUrl: 'https://core.test',
        path: '/v1/things/a%2Fb',
        headers: { accept: 'application/json', 'x-api-key': 'key', 'content-type': 'application/json' },
        body: utf8ToBytes('{"size":3}'),
        timeoutMs: 15_000,
      },
    ]);
  });

  it('sends raw bodies as they are, with the headers of the endpoint', async () => {
    const { transport, requests } = answering(200, '{"stored":1,"stock":2}');
    const params = { userId: 'A'.repeat(64), deviceId: 'B'.repeat(32) };
    const body = Uint8Array.of(1, 2, 3);
    await transport.call(uploadCircuits, { params, headers: { 'x-refill-ticket': 't' }, body });
    expect(requests[0]?.body).toBe(body);
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-refill-ticket': 't',
    });
  });

  it.each([
    ['an error of the catalogue', 423, JSON.stringify(new RecognizeError('LOCKED_OUT')), 'LOCKED_OUT'],
    ['a page of a proxy', 502, '<html>', 'SERVICE_UNAVAILABLE'],
    ['a proxy that waited too long', 504, '', 'SERVICE_TIMEOUT'],
    ['anything else', 500, 'oops', 'UNKNOWN_ERROR'],
    ['a redirect', 302, '', 'UNKNOWN_ERROR'],
    ['a success of another status', 201, '{"count":1}', 'UNKNOWN_ERROR'],
    ['an answer of another form', 200, '{"count":"1"}', 'PROTOCOL_INVALID_MESSAGE'],
    ['no JSON', 200, '{"count":', 'PROTOCOL_INVALID_MESSAGE'],
    ['an endless answer', 200, `{"count":1${' '.repeat(300_000)}}`, 'PROTOCOL_INVALID_MESSAGE'],
  ])('turns %s into its code', async (_, status, body, code) => {
    const { transport } = answering(status, body);
    await expect(transport.call(read, input)).rejects.toMatchObject({ code });
  });

  it('goes to the next host when one is unreachable, and stays there', async () => {
    const tried: string[] = [];
    const send: SendRequest = async ({ baseUrl }) => {
      tried.push(baseUrl);
      if (baseUrl === 'https://one.test') throw new Error('connection refused');
      return { status: 200, body: utf8ToBytes('{"count":1}') };
    };
    const hosts = ['https://one.test', 'https://two.test'];
    const transport = createNetworkDeviceTransport({ hosts, apiKey: 'key', send });
    await expect(transport.call(read, input)).rejects.toMatchObject({ code: 'NET_CONNECTION_FAILED' });
    await transport.call(read, input);
    await transport.call(read, input);
    expect(tried).toEqual([hosts[0], hosts[1], hosts[1]]);
  });
});

describe('callIdempotently', () => {
  const failing = (codes: readonly ('SERVICE_TIMEOUT' | 'LOCKED_OUT')[]) => {
    const left = [...codes];
    const inputs: unknown[] = [];
    const call = async (_: unknown, given: unknown) => {
      inputs.push(given);
      const code = left.shift();
      if (code) throw new RecognizeError(code);
      return { count: 1 } as never;
    };
    return { call, inputs };
  };
  const noWait = async () => {};

  it('repeats the same input until an answer comes, three times in all', async () => {
    const lucky = failing(['SERVICE_TIMEOUT', 'SERVICE_TIMEOUT']);
    await callIdempotently(lucky, read, input, noWait);
    expect(lucky.inputs).toEqual([input, input, input]);
    const unlucky = failing(['SERVICE_TIMEOUT', 'SERVICE_TIMEOUT', 'SERVICE_TIMEOUT', 'SERVICE_TIMEOUT']);
    await expect(callIdempotently(unlucky, read, input, noWait)).rejects.toMatchObject({
      code: 'SERVICE_TIMEOUT',
    });
    expect(unlucky.inputs).toHaveLength(3);
  });

  it('takes no for an answer', async () => {
    const refusing = failing(['LOCKED_OUT']);
    await expect(callIdempotently(refusing, read, input, noWait)).rejects.toMatchObject({
      code: 'LOCKED_OUT',
    });
    expect(refusing.inputs).toHaveLength(1);
  });

  it('leaves repeating to a transport that does it itself', async () => {
    const transport = { ...failing(['SERVICE_TIMEOUT']), repeatsIdempotentCalls: true };
    await expect(callIdempotently(transport, read, input, noWait)).rejects.toMatchObject({
      code: 'SERVICE_TIMEOUT',
    });
    expect(transport.inputs).toHaveLength(1);
  });
});
