import { createHash } from 'node:crypto';
import type { Service } from '@openrecognize/service-kit';
import { createNodePersistence, type NodePersistenceConfig } from '../src/index.ts';

export const SERVICE_KEY = 'a-service-key-of-the-tests';

export const testConfig = (databaseUrl: string): NodePersistenceConfig => ({
  databaseUrl,
  databaseMaxConnections: 4,
  databaseStatementTimeoutMs: 5000,
  databaseConnectionTimeoutMs: 3000,
  databaseStartTimeoutMs: 10_000,
  serviceKey: SERVICE_KEY,
  attemptTtlSeconds: 30,
  attemptRetentionSeconds: 86_400,
  authenticationRetentionDays: 30,
  auditRetentionDays: 365,
  webhookRetentionDays: 30,
  takenTokenRetentionSeconds: 3600,
  enrollmentGraceSeconds: 600,
  jobIntervalSeconds: 3600,
});

export const startTestService = (databaseUrl: string, nowMs: () => number): Promise<Service> =>
  createNodePersistence(testConfig(databaseUrl), { nowMs, logging: { level: 'silent' } });

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Calls an endpoint with the service key. */
export const call = async (
  service: Service,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
): Promise<Answer> => {
  const answer = await service.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${SERVICE_KEY}` },
    ...(body === undefined ? {} : { payload: body }),
  });
  return {
    status: answer.statusCode,
    body: answer.body === '' ? undefined : answer.json(),
    headers: answer.headers,
  };
};

/** The first message of a device, for any 91 bytes in the place of its key. */
export const enrollmentRequest = (tenantId: number, userId: string, key: Buffer, changes: object = {}) => ({
  tenantId,
  userId,
  deviceId: createHash('sha256').update(key).digest('hex').slice(0, 32).toUpperCase(),
  publicSigningKey: key.toString('base64'),
  deviceType: 'SDK',
  deviceOrigin: 'IOS',
  artifact: { family: 'family', version: '1.0.0' },
  codeBits: 2048,
  threshold: 744,
  epoch: 0,
  sealedTemplate: Buffer.from('sealed').toString('base64'),
  ttlSeconds: 600,
  ...changes,
});
