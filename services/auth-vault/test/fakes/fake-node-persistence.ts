import { hash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import type { NodePersistence } from '../../src/ports/node-persistence.ts';

type Enrollment = Awaited<ReturnType<NodePersistence['readEnrollment']>>;

/** node-persistence in memory, as far as the vault uses it. */
export const createFakeNodePersistence = () => {
  const tokens = new Map<string, string>();
  const enrollments = new Map<string, Enrollment>();
  /** Attempts that ended, in order. */
  const settled: { attemptId: string; outcome: string; operationInfo: unknown }[] = [];
  /** What it claims of every verdict instead of the truth. */
  const lie: { outcome?: 'match' | 'no-match' } = {};
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
    async settleAttempt({ params, body }) {
      const key = [...tokens.keys()].find((one) => one.endsWith(`/${body.circuitIndex}`)) ?? '';
      const tokenHash = tokens.get(key);
      if (tokenHash === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
      tokens.delete(key);
      const salted = Buffer.concat([Buffer.from(body.salt, 'base64'), Buffer.from(tokenHash, 'base64')]);
      const isMatch = hash('sha256', salted, 'base64') === body.saltedToken;
      const outcome = lie.outcome ?? (isMatch ? 'match' : 'no-match');
      settled.push({ attemptId: params.attemptId, outcome, operationInfo: body.operationInfo });
      const remaining = outcome === 'match' ? { sealedTemplate: 'AAAA' } : { remainingAttempts: 4 };
      return { outcome, tokenHash, epoch: 0, ...remaining, lockoutRemainingSeconds: 0 };
    },
  };
  return { persistence, tokens, enrollments, settled, lie };
};
