import type { HttpClient } from '@openrecognize/clients';
import { deleteStoredUser, RecognizeError, readStoredUser } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { callInner, createInnerPort } from './inner-calls.ts';

const params = { tenantId: 1, userId: 'A'.repeat(64) };
const context = { requestId: 'request-1' };
const failing = (code: ConstructorParameters<typeof RecognizeError>[0]): HttpClient => ({
  call: () => Promise.reject(new RecognizeError(code)),
  close: async () => {},
});
const codeOf = (code: Parameters<typeof failing>[0]) =>
  callInner(failing(code), readStoredUser, { params }, context).catch((error: RecognizeError) => error.code);

describe('a refusal of a service behind', () => {
  it.each(['USER_NOT_FOUND', 'BAD_REQUEST', 'SERVICE_UNAVAILABLE', 'STORAGE_UNAVAILABLE'] as const)(
    'that is about the request is passed on: %s',
    async (code) => {
      expect(await codeOf(code)).toBe(code);
    },
  );

  it.each(['SERVICE_KEY_INVALID', 'NOT_FOUND', 'METHOD_NOT_ALLOWED'] as const)(
    'that is about our own call is a fault of ours: %s',
    async (code) => {
      expect(await codeOf(code)).toBe('INTERNAL_ERROR');
    },
  );
});

it('carries the id of the request, and nothing else of its context', async () => {
  const calls: unknown[] = [];
  const http: HttpClient = {
    call: async (request) => {
      calls.push(request);
      return undefined as never;
    },
    close: async () => {},
  };
  const act = { actor: { kind: 'system' as const, id: 'test' }, requestId: 'request-1' };
  const port = createInnerPort(http, { deleteStoredUser });
  await port.deleteStoredUser({ params, body: { act } }, { ...context, log: 'not sent' } as typeof context);
  expect(calls).toEqual([expect.objectContaining({ method: 'POST', params, requestId: 'request-1' })]);
  expect(calls[0]).not.toHaveProperty('log');
});
