import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { deriveDeviceId, matchTokenOf } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite, verifyDeviceSignatureBytes } from '@openrecognize/zkb/node';
import { checkRefillTicket, issueRefillTicket } from '@openrecognize/zkb/server';
import type { AuthVault } from '../../src/ports/auth-vault.ts';

/** auth-vault in memory; its "JWT" is JSON of the claims. */
export const createFakeAuthVault = (now: () => number) => {
  const tokens = new Map<string, string>();
  const ticketKey = new Uint8Array(32).fill(7);
  const keyOf = (deviceId: string, index: number) => `${deviceId}/${index}`;
  const issue = (userId: string, deviceId: string, refill: { fromIndex: number; count: number }) =>
    issueRefillTicket(nodeCryptoSuite, ticketKey, {
      userId,
      deviceId,
      ...refill,
      expiresAtMs: now() + 120_000,
    });

  const port: AuthVault = {
    async verifyDeviceSignature({ body }) {
      const key = base64ToBytes(body.publicSigningKey);
      const isValid =
        deriveDeviceId(nodeCryptoSuite, key) === body.deviceId &&
        verifyDeviceSignatureBytes(key, base64ToBytes(body.message), base64ToBytes(body.signature));
      if (!isValid) throw new RecognizeError('SIGNATURE_INVALID');
      return undefined;
    },
    async storeMatchTokens({ body }) {
      const { userId, deviceId, authorization } = body;
      if (authorization.kind === 'ticket') {
        const circuitIndices = body.tokens.map(({ circuitIndex }) => circuitIndex);
        try {
          const use = { userId, deviceId, circuitIndices, nowMs: now() };
          checkRefillTicket(nodeCryptoSuite, ticketKey, authorization.ticket, use);
        } catch (error) {
          if (isRecognizeError(error)) throw error;
          throw new RecognizeError('TICKET_INVALID');
        }
      }
      for (const { circuitIndex, tokenHash } of body.tokens)
        tokens.set(keyOf(deviceId, circuitIndex), tokenHash);
      return undefined;
    },
    async issueRefillTicket({ body }) {
      return { ticket: issue(body.userId, body.deviceId, body.refill), expiresAtMs: now() + 120_000 };
    },
    async resolveMatch({ body }) {
      const key = keyOf(body.deviceId, body.circuitIndex);
      const tokenHash = tokens.get(key);
      tokens.delete(key);
      if (tokenHash === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      const offered = bytesToBase64(matchTokenOf(nodeCryptoSuite, base64ToBytes(body.outputLabel)));
      if (offered !== tokenHash) return { match: false };
      const { jwt, refill, userId, deviceId, externalUserId } = body;
      return {
        match: true,
        ...(jwt === undefined ? {} : { signedJwt: JSON.stringify({ ...jwt, userId, externalUserId }) }),
        ...(refill === undefined ? {} : { refillTicket: issue(userId, deviceId, refill) }),
      };
    },
  };
  return { port, tokens };
};
