import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { deriveDeviceId, matchTokenOf } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite, verifyDeviceSignatureBytes } from '@openrecognize/zkb/node';
import { checkRefillTicket, issueRefillTicket } from '@openrecognize/zkb/server';
import type { AuthVault } from '../../src/ports/auth-vault.ts';
import type { NodePersistence } from '../../src/ports/node-persistence.ts';

/** auth-vault in memory; its "JWT" is JSON of the claims. `persistence` ends the attempts, as settling does. */
export const createFakeAuthVault = (
  now: () => number,
  persistence: Pick<NodePersistence, 'finishAttempt'>,
) => {
  const tokens = new Map<string, string>();
  /** False: it refuses signatures of requests that want a JWT. */
  const signingKey = { usable: true };
  const ticketKey = new Uint8Array(32).fill(7);
  const keyOf = (deviceId: string, index: number) => `${deviceId}/${index}`;
  const issue = (userId: string, deviceId: string, refill: { fromIndex: number; count: number }) =>
    issueRefillTicket(nodeCryptoSuite, ticketKey, {
      userId,
      deviceId,
      ...refill,
      expiresAtMs: now() + 120_000,
    });

  const checkTicket = (
    ticket: string,
    use: { userId: string; deviceId: string; circuitIndices: readonly number[] },
  ): void => {
    try {
      checkRefillTicket(nodeCryptoSuite, ticketKey, ticket, { ...use, nowMs: now() });
    } catch (error) {
      if (isRecognizeError(error)) throw error;
      throw new RecognizeError('TICKET_INVALID');
    }
  };

  const port: AuthVault = {
    async verifyDeviceSignature({ body }) {
      const key = base64ToBytes(body.publicSigningKey);
      const isValid =
        deriveDeviceId(nodeCryptoSuite, key) === body.deviceId &&
        verifyDeviceSignatureBytes(key, base64ToBytes(body.message), base64ToBytes(body.signature));
      if (!isValid) throw new RecognizeError('SIGNATURE_INVALID');
      if (body.willSign && !signingKey.usable) throw new RecognizeError('JWT_SIGN_FAILED');
      return undefined;
    },
    async storeMatchTokens({ body }) {
      const { userId, deviceId, authorization } = body;
      if (authorization.kind === 'ticket') {
        const circuitIndices = body.tokens.map(({ circuitIndex }) => circuitIndex);
        checkTicket(authorization.ticket, { userId, deviceId, circuitIndices });
      }
      for (const { circuitIndex, tokenHash } of body.tokens)
        tokens.set(keyOf(deviceId, circuitIndex), tokenHash);
      return undefined;
    },
    async checkRefillTicket({ body: { ticket, ...device } }) {
      checkTicket(ticket, { ...device, circuitIndices: [] });
      return undefined;
    },
    async issueRefillTicket({ body }) {
      return { ticket: issue(body.userId, body.deviceId, body.refill), expiresAtMs: now() + 120_000 };
    },
    async resolveMatch({ params, body }, call) {
      const key = keyOf(body.deviceId, body.circuitIndex);
      const tokenHash = tokens.get(key);
      tokens.delete(key);
      if (tokenHash === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      const offered = bytesToBase64(matchTokenOf(nodeCryptoSuite, base64ToBytes(body.outputLabel)));
      const { jwt, refill, userId, deviceId, externalUserId, operationInfo } = body;
      const match = offered === tokenHash;
      const outcome = match ? ('match' as const) : ('no-match' as const);
      const ended = { outcome, ...(operationInfo === undefined ? {} : { operationInfo }) };
      const finished = await persistence.finishAttempt({ params, body: ended }, call);
      if (!match) return { match, ...finished };
      return {
        match,
        ...finished,
        ...(jwt === undefined ? {} : { signedJwt: JSON.stringify({ ...jwt, userId, externalUserId }) }),
        ...(refill === undefined ? {} : { refillTicket: issue(userId, deviceId, refill) }),
      };
    },
  };
  return { port, tokens, signingKey };
};
