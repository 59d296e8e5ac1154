import { RecognizeError } from '@openrecognize/contracts';
import type { NodePersistence } from '../../src/ports/node-persistence.ts';

type Enrollment = Awaited<ReturnType<NodePersistence['readEnrollment']>>;

/** node-persistence in memory, as far as the vault uses it. */
export const createFakeNodePersistence = () => {
  const tokens = new Map<string, string>();
  const enrollments = new Map<string, Enrollment>();
  const keyOf = (userId: string, deviceId: string, index: number) => `${userId}/${deviceId}/${index}`;
  const persistence: NodePersistence = {
    async readEnrollment({ params }) {
      const enrollment = enrollments.get(params.enrollmentId);
      if (!enrollment) throw new RecognizeError('ENROLLMENT_NOT_FOUND');
      return enrollment;
    },
    async putMatchTokens({ body }) {
      for (const { circuitIndex, tokenHash } of body.tokens) {
        const key = keyOf(body.userId, body.deviceId, circuitIndex);
        if ((tokens.get(key) ?? tokenHash) !== tokenHash) throw new RecognizeError('CONFLICT');
        tokens.set(key, tokenHash);
      }
      return undefined;
    },
    async takeMatchToken({ body }) {
      const key = keyOf(body.userId, body.deviceId, body.circuitIndex);
      const tokenHash = tokens.get(key);
      if (tokenHash === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      tokens.delete(key);
      return { tokenHash };
    },
  };
  return { persistence, tokens, enrollments };
};
