import { FinishAuthenticationHeader, RecognizeError } from '@openrecognize/contracts';
import { decodeUserAuthentication } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { type ClaimedAuthentication, claimAuthentication } from '@openrecognize/zkb/server';
import { Compile } from 'typebox/compile';
import { protocolStep } from './protocol-faults.ts';
import { bytesOf } from './signed-request.ts';

const headerValidator = Compile(FinishAuthenticationHeader);
const SERVER_NONCE_BYTES = 32;

/** A step 2 message, taken apart; nothing of it is proven yet. */
export interface ReadUserAuthentication {
  readonly header: FinishAuthenticationHeader;
  readonly claim: ClaimedAuthentication;
}

/**
 * Reads a step 2 message (spec 04 §4.2).
 *
 * @param message the claim's labels are a view into it.
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE, BAD_REQUEST for a field that is no canonical base64
 */
export const readUserAuthentication = (
  authenticationId: string,
  message: Uint8Array,
): ReadUserAuthentication => {
  const { header, labels } = protocolStep('message', () => decodeUserAuthentication(message));
  if (!headerValidator.Check(header)) throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
  const { userId, deviceId, circuitIndex, purpose, transactionData, audience, operationInfo } = header;
  const serverNonce = bytesOf(header.serverNonce, 'body.serverNonce', SERVER_NONCE_BYTES);
  const intent = {
    purpose,
    transactionData,
    audience,
    operationId: operationInfo?.operationId,
    operationPayload: operationInfo?.payload,
    operationExternalUserId: operationInfo?.externalUserId,
  };
  const claim = protocolStep('message', () =>
    claimAuthentication(
      nodeCryptoSuite,
      { userId, deviceId },
      { authenticationId, circuitIndex, serverNonce },
      intent,
      labels,
    ),
  );
  return { header, claim };
};
