import { type fields, limits, RecognizeError } from '@openrecognize/contracts';
import type { Static } from 'typebox';
import type { OperationRecord } from '../ports/enrollment-store.ts';
import { assertStorableText } from './storable-text.ts';

/** @throws RecognizeError BAD_REQUEST if a text of it cannot be stored, or the payload is too long in UTF-8 */
export const operationRecord = (
  info: Static<typeof fields.OperationInfo> | undefined,
): OperationRecord | undefined => {
  if (info === undefined) return undefined;
  const { operationId, payload, externalUserId } = info;
  assertStorableText(operationId, '/operationInfo/operationId');
  assertStorableText(payload, '/operationInfo/payload');
  assertStorableText(externalUserId, '/operationInfo/externalUserId');
  if (payload !== undefined && Buffer.byteLength(payload, 'utf8') > limits.maxOperationPayloadBytes) {
    throw new RecognizeError('BAD_REQUEST', { details: { path: '/operationInfo/payload' } });
  }
  return { operationId, payload, externalUserId };
};
