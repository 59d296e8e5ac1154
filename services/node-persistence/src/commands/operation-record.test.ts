import { limits } from '@openrecognize/contracts';
import { expect, it } from 'vitest';
import { operationRecord } from './operation-record.ts';

it('measures the payload in UTF-8 bytes, which a schema does not', () => {
  const payload = 'é'.repeat(limits.maxOperationPayloadBytes / 2);
  expect(operationRecord({ operationId: 'a', payload })).toMatchObject({ operationId: 'a', payload });
  expect(() => operationRecord({ operationId: 'a', payload: `${payload}x` })).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', details: { path: '/operationInfo/payload' } }),
  );
});

it('is absent when no operation is named', () => {
  expect(operationRecord(undefined)).toBeUndefined();
});
