import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import {
  beginEnrollment,
  deleteUser,
  type EndpointInput,
  findExternalUser,
  listDevices,
  openEnrollment,
  putClientState,
  RecognizeError,
  readClientState,
  resolveApiKey,
  uploadEnrollmentCircuits,
} from '@openrecognize/contracts';
import {
  createApiKeyGuard,
  createService,
  registerEndpoint,
  type Service,
  serviceKeyGuard,
  tenantOf,
} from '@openrecognize/service-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, createHttpBackend } from '../src/index.ts';

const serviceKey = 'a-service-key-of-some-length';
const userId = 'A'.repeat(64);
const user = { tenantId: 7, userId };
const context = { requestId: 'request-0001' };
const tenant = {
  tenantId: 7,
  customer: 'acme',
  sdkCustomerId: 42,
  settings: { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 },
};
const uuid = '00000000-0000-4000-8000-000000000000';

/** Both services behind, with the contract's own routes and the guards the real ones have. */
const startInnerServices = async (seen: { name: string; input: unknown; requestId: string }[]) => {
  const service: Service = await createService({ name: 'inner', logging: { level: 'silent' } });
  const guards = {
    'service-key': serviceKeyGuard(serviceKey),
    'mobile-key': createApiKeyGuard({
      resolve: async () => {
        throw new RecognizeError('API_KEY_INVALID');
      },
      requiredKind: 'mobile',
      cacheSeconds: 0,
      now: Date.now,
      trustedServices: {
        serviceKey,
        readTenant: async (customer) => {
          if (customer !== 'acme') throw new RecognizeError('CUSTOMER_NOT_FOUND');
          return tenant;
        },
      },
    }),
  };
  const note = (name: string, input: unknown, requestId: string) => seen.push({ name, input, requestId });
  registerEndpoint(service.app, guards, resolveApiKey, async ({ body }, { requestId }) => {
    note('resolveApiKey', body, requestId);
    return { kind: 'secret' as const, tenant };
  });
  registerEndpoint(service.app, guards, findExternalUser, async ({ body }, { requestId }) => {
    note('findExternalUser', body, requestId);
    return { userIds: [userId] };
  });
  registerEndpoint(service.app, guards, listDevices, async ({ params, query }, { requestId }) => {
    note('listDevices', { ...params, ...query }, requestId);
    return { devices: [] };
  });
  registerEndpoint(service.app, guards, readClientState, async ({ params }) => {
    if (params.userId !== userId) throw new RecognizeError('USER_NOT_FOUND');
    return { version: 1, wrapped: 'AQID' };
  });
  registerEndpoint(service.app, guards, putClientState, async ({ params, body }, { requestId }) => {
    note('putClientState', { ...params, ...body }, requestId);
    return { version: 1 };
  });
  registerEndpoint(service.app, guards, openEnrollment, async ({ body }, { requestId }) => {
    note('openEnrollment', body, requestId);
    const { tenantId, deviceId, publicSigningKey, codeBits, threshold } = body;
    const ids = { enrollmentId: uuid, tenantId, userId, deviceId, publicSigningKey };
    return { ...ids, codeBits, threshold, state: 'open' as const, expiresAtMs: 1 };
  });
  registerEndpoint(service.app, guards, deleteUser, async ({ params, query }, { requestId }) => {
    note('deleteUser', { ...params, ...query }, requestId);
    return { deviceIds: [] };
  });
  registerEndpoint(service.app, guards, beginEnrollment, async ({ body }, { request, requestId }) => {
    note('beginEnrollment', { ...body, tenant: tenantOf(request).customer }, requestId);
    return { enrollmentId: uuid, userId, deviceId: 'D'.repeat(32), expiresAtMs: 1 };
  });
  registerEndpoint(service.app, guards, uploadEnrollmentCircuits, async ({ headers, body }, { request }) => {
    note('upload', { signature: headers['x-device-signature'], body: [...body] }, tenantOf(request).customer);
    return { stored: 1, stock: 1 };
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as { port: number };
  return { service, baseUrl: `http://127.0.0.1:${port}` };
};

const beginBody: EndpointInput<typeof beginEnrollment>['body'] = {
  publicSigningKey: `${'A'.repeat(123)}=`,
  deviceType: 'SDK',
  deviceOrigin: 'WEB',
  artifact: { family: 'f', version: '1' },
  codeBits: 2048,
  threshold: 744,
  epoch: 0,
  sealedTemplate: 'AQID',
  timestampMs: 1,
  requestNonce: `${'A'.repeat(22)}==`,
  signature: `${'A'.repeat(86)}==`,
};

describe('the services behind, over HTTP', () => {
  const seen: { name: string; input: unknown; requestId: string }[] = [];
  let inner: Awaited<ReturnType<typeof startInnerServices>>;
  let http: HttpClient;
  let backend: Backend;
  const clientOf = (key: string) =>
    createHttpClient({ baseUrl: inner.baseUrl, serviceKey: key, timeoutMs: 2_000 });
  beforeAll(async () => {
    inner = await startInnerServices(seen);
    http = clientOf(serviceKey);
    backend = createHttpBackend({ coreDaemon: http, nodePersistence: http });
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(async () => {
    await http.close();
    await inner.service.close(0);
  });

  it('are asked by their contracts, with the request id', async () => {
    const keySha256 = `${'A'.repeat(43)}=`;
    expect(await backend.resolveApiKey(keySha256, context)).toEqual({ kind: 'secret', tenant });
    expect(await backend.findUsers(7, 'ada', context)).toEqual([userId]);
    expect(await backend.listDevices(user, context)).toEqual([]);
    expect(await backend.putClientState(user, 0, Uint8Array.of(1, 2, 3), context)).toEqual({ version: 1 });
    expect(await backend.deleteUser(user, context)).toEqual({ deviceIds: [] });
    expect(seen.map(({ name, input }) => ({ name, input }))).toEqual([
      { name: 'resolveApiKey', input: { keySha256 } },
      { name: 'findExternalUser', input: { tenantId: 7, externalUserId: 'ada' } },
      { name: 'listDevices', input: { tenantId: 7, userId } },
      { name: 'putClientState', input: { tenantId: 7, userId, expectedVersion: 0, wrapped: 'AQID' } },
      { name: 'deleteUser', input: { tenantId: 7, userId } },
    ]);
    expect(new Set(seen.map(({ requestId }) => requestId))).toEqual(new Set([context.requestId]));
  });

  it('give out the client state there is', async () => {
    expect(await backend.readClientState(user, context)).toEqual({
      version: 1,
      wrapped: Uint8Array.of(1, 2, 3),
    });
    expect(await backend.readClientState({ ...user, userId: 'B'.repeat(64) }, context)).toBeUndefined();
  });

  it('open a further device of an existing user', async () => {
    const { timestampMs: _t, requestNonce: _n, signature: _s, ...description } = beginBody;
    const device = {
      ...description,
      tenantId: 7,
      userId,
      deviceId: 'D'.repeat(32),
      deviceType: 'BACKUP' as const,
      ttlSeconds: 600,
    };
    expect(await backend.openFurtherDevice(device, context)).toMatchObject({ enrollmentId: uuid, userId });
    expect(seen).toEqual([{ name: 'openEnrollment', input: device, requestId: context.requestId }]);
  });

  it('let the service act for the tenant it names, and no other', async () => {
    const transport = backend.deviceTransport('acme', context);
    await transport.call(beginEnrollment, { body: beginBody });
    await transport.call(uploadEnrollmentCircuits, {
      params: { enrollmentId: uuid },
      headers: { 'x-device-signature': beginBody.signature },
      body: Uint8Array.of(1, 2),
    });
    expect(seen).toEqual([
      { name: 'beginEnrollment', input: { ...beginBody, tenant: 'acme' }, requestId: context.requestId },
      { name: 'upload', input: { signature: beginBody.signature, body: [1, 2] }, requestId: 'acme' },
    ]);
    await expect(
      backend.deviceTransport('other', context).call(beginEnrollment, { body: beginBody }),
    ).rejects.toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
  });

  it('that refuse our own key are our fault, not the caller’s', async () => {
    const wrongHttp = clientOf('another-service-key');
    const wrong = createHttpBackend({ coreDaemon: wrongHttp, nodePersistence: wrongHttp });
    const internal = { code: 'INTERNAL_ERROR', cause: { code: 'SERVICE_KEY_INVALID' } };
    await expect(wrong.findUsers(7, 'ada', context)).rejects.toMatchObject(internal);
    await expect(
      wrong.deviceTransport('acme', context).call(beginEnrollment, { body: beginBody }),
    ).rejects.toMatchObject(internal);
    await wrongHttp.close();
  });

  it('that are down are named as unavailable', async () => {
    const gone = createHttpClient({ baseUrl: 'http://127.0.0.1:1', serviceKey, timeoutMs: 1_000 });
    const backendOfGone = createHttpBackend({ coreDaemon: gone, nodePersistence: gone });
    await expect(backendOfGone.findUsers(7, 'ada', context)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    await gone.close();
  });
});
