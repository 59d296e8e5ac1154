import { hash, timingSafeEqual } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import type { FastifyRequest } from 'fastify';

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

const BEARER = /^Bearer ([\x21-\x7e]+)$/;

/**
 * preHandler that lets through requests with `authorization: Bearer <serviceKey>`. Both sides are hashed first, so
 * that the comparison takes the same time for every offered key, whatever its length.
 *
 * @throws RecognizeError SERVICE_KEY_INVALID, from the returned guard
 */
export const serviceKeyGuard = (serviceKey: string): ((request: FastifyRequest) => Promise<void>) => {
  if (serviceKey.length === 0)
    throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['SERVICE_KEY'] } });
  const expected = sha256(serviceKey);
  return async (request) => {
    const offered = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(sha256(offered), expected)) throw new RecognizeError('SERVICE_KEY_INVALID');
  };
};
