import { utf8ToBytes } from '@openrecognize/bytes';
import { limits } from '@openrecognize/contracts';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import { invalidInput } from '../keyless-sdk-error.ts';
import type { JwtSigningInfo, OperationInfo } from '../operation-options.ts';

/** Operation in the wire's field names. */
export interface CheckedOperation {
  readonly operationId: string;
  readonly payload?: string;
  readonly externalUserId?: string;
}

const isBetween = (text: unknown, min: number, max: number): boolean =>
  typeof text === 'string' && text.length >= min && text.length <= max;

const isWithinBytes = (text: unknown, maxBytes: number): boolean =>
  typeof text === 'string' && text.length <= maxBytes && utf8ToBytes(text).length <= maxBytes;

/** @throws RecognizeError INVALID_INPUT naming the field. */
export const checkOperation = (info: OperationInfo | undefined): CheckedOperation | undefined => {
  if (info === undefined) return undefined;
  const operationId = 'id' in info ? info.id : info.operationId;
  const { payload, externalUserId } = info;
  if (!isBetween(operationId, 1, 128))
    throw invalidInput('operationInfo.id is not 1 to 128 characters long.');
  if (payload !== undefined && !isWithinBytes(payload, limits.maxOperationPayloadBytes)) {
    throw invalidInput(`operationInfo.payload is longer than ${limits.maxOperationPayloadBytes} bytes.`);
  }
  if (externalUserId !== undefined && !isBetween(externalUserId, 1, 256)) {
    throw invalidInput('operationInfo.externalUserId is not 1 to 256 characters long.');
  }
  return {
    operationId,
    ...(payload === undefined ? {} : { payload }),
    ...(externalUserId === undefined ? {} : { externalUserId }),
  };
};

/** @throws RecognizeError INVALID_INPUT naming the field. */
export const checkSigningInfo = (info: JwtSigningInfo | undefined): void => {
  if (info === undefined) return;
  if (!isWithinBytes(info.claimTransactionData, limits.maxTransactionDataBytes)) {
    throw invalidInput(
      `jwtSigningInfo.claimTransactionData is no text of at most ${limits.maxTransactionDataBytes} bytes.`,
    );
  }
  if (info.audience !== undefined && !isBetween(info.audience, 1, 256)) {
    throw invalidInput('jwtSigningInfo.audience is not 1 to 256 characters long.');
  }
};

/** What the person agrees to with one match. @throws RecognizeError INVALID_INPUT naming the field. */
export const intentOf = (options: {
  readonly jwtSigningInfo?: JwtSigningInfo | undefined;
  readonly operationInfo?: OperationInfo | undefined;
}): AuthenticationIntent => {
  const operation = checkOperation(options.operationInfo);
  checkSigningInfo(options.jwtSigningInfo);
  return {
    purpose: 'authenticate',
    transactionData: options.jwtSigningInfo?.claimTransactionData,
    audience: options.jwtSigningInfo?.audience,
    operationId: operation?.operationId,
    operationPayload: operation?.payload,
    operationExternalUserId: operation?.externalUserId,
  };
};
