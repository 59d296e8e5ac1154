import { createService } from '@openrecognize/service-kit';
import { mountOperations } from '../src/server.ts';
import { createFakeBackend, keyOf, userA } from './fake-backend.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** 91 bytes; needs URL encoding. */
export const publicSigningKey = `${'+/'.repeat(60)}+A==`;

/** One request for each row, well formed. */
export const rows: readonly { readonly method: Method; readonly path: string; readonly body?: object }[] = [
  { method: 'DELETE', path: `/users/${userA}` },
  { method: 'GET', path: `/users/${userA}/devices` },
  { method: 'DELETE', path: `/users/${userA}/devices/${encodeURIComponent(publicSigningKey)}` },
  { method: 'POST', path: `/users/${userA}/external-user`, body: { externalUserId: 'anna' } },
  { method: 'PATCH', path: `/users/${userA}/external-user`, body: { externalUserId: 'anna' } },
  { method: 'DELETE', path: '/external-users/anna' },
  { method: 'GET', path: '/external-users/anna/users' },
  { method: 'GET', path: `/users/${userA}/authentications` },
  { method: 'GET', path: '/external-users/anna/authentications' },
  { method: 'POST', path: `/users/${userA}/operations`, body: { operationId: 'op' } },
  { method: 'GET', path: `/users/${userA}/operations/pending` },
  { method: 'GET', path: '/operations/op' },
  { method: 'GET', path: '/verify-jwt/public-key' },
  { method: 'POST', path: '/verify-jwt', body: { message: 'a.b.c' } },
  { method: 'POST', path: '/uncommitted-users', body: { serverState: 'AAAA' } },
  { method: 'POST', path: `/uncommitted-users/${userA}/commit` },
];

/** The server API over a backend in memory. */
export const createServerApiFixture = async () => {
  const fake = await createFakeBackend();
  const service = await createService({ name: 'operations-service', logging: { level: 'silent' } });
  const options = { apiKeyCacheSeconds: 0, jwksCacheSeconds: 60, now: () => 0, nodeId: 'node-7' };
  mountOperations(service.app, { backend: fake.backend, ...options });

  /** A call with the secret key of the first tenant, unless the headers say otherwise. */
  const call = async (method: Method, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await service.app.inject({
      method,
      url: `/v2${path}`,
      headers: { 'x-api-key': keyOf.secretA, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const json = answer.body === '' ? undefined : answer.json();
    return { status: answer.statusCode, body: json, code: json?.error?.code as string | undefined };
  };
  return { fake, service, call };
};

export type ServerApiFixture = Awaited<ReturnType<typeof createServerApiFixture>>;
