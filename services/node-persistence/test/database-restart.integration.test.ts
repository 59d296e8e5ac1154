import { randomBytes, randomUUID } from 'node:crypto';
import type { Service } from '@openrecognize/service-kit';
import { startTestPostgres, type TestPostgres } from '@openrecognize/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomUserId } from './fixtures.ts';
import { type Answer, call, enrollmentRequest, startTestService } from './service-fixture.ts';

let postgres: TestPostgres;
let service: Service;
let device: { tenantId: number; userId: string; deviceId: string };

beforeAll(async () => {
  postgres = await startTestPostgres();
  service = await startTestService(await postgres.createDatabase(), Date.now);
  const { tenantId } = (await call(service, 'PUT', '/internal/v1/tenants/demo', {})).body;
  const request = enrollmentRequest(tenantId, randomUserId(), randomBytes(91));
  const opened = (await call(service, 'POST', '/internal/v1/enrollments', request)).body;
  await call(service, 'POST', `/internal/v1/enrollments/${opened.enrollmentId}/commit`, { tenantId });
  device = { tenantId, userId: opened.userId, deviceId: opened.deviceId };
});
afterAll(async () => {
  await service?.close(0);
  await postgres?.stop();
});

const fail = async (): Promise<Answer> => {
  const attemptId = randomUUID();
  const started = await call(service, 'POST', '/internal/v1/attempts', { ...device, attemptId });
  if (started.status !== 201) return started;
  return call(service, 'POST', `/internal/v1/attempts/${attemptId}/finish`, { outcome: 'no-match' });
};

it('answers STORAGE_UNAVAILABLE while the database is away and goes on by itself, failures kept', async () => {
  expect((await fail()).body.remainingAttempts).toBe(4);
  expect((await fail()).body.remainingAttempts).toBe(3);
  await postgres.pause();
  const away = await fail();
  expect([away.status, away.body.error.code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
  expect((await service.app.inject({ method: 'GET', url: '/health/ready' })).statusCode).toBe(503);
  await postgres.resume();
  expect((await service.app.inject({ method: 'GET', url: '/health/ready' })).statusCode).toBe(200);
  expect((await fail()).body.remainingAttempts).toBe(2);
});

it('survives a restart under load: what was answered is counted, what failed can be repeated', async () => {
  const match = async (): Promise<number> => {
    const attemptId = randomUUID();
    const started = await call(service, 'POST', '/internal/v1/attempts', { ...device, attemptId });
    if (started.status !== 201) return started.status;
    return (await call(service, 'POST', `/internal/v1/attempts/${attemptId}/finish`, { outcome: 'match' }))
      .status;
  };
  const seen = new Set<number>();
  let restarting = true;
  const load = (async () => {
    while (restarting) seen.add(await match());
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await postgres.restart();
  restarting = false;
  await load;
  expect(seen).toContain(200);
  expect([...seen].every((status) => [200, 429, 503].includes(status))).toBe(true);
  await service.app.inject({ method: 'GET', url: '/health/ready' });
  expect((await fail()).body).toMatchObject({ remainingAttempts: 4 });
});
