import { createHash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { type ApiKeyOwner, createApiKeyGuard, tenantOf } from './api-key-guard.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const tenant = {
  tenantId: 1,
  customer: 'acme',
  sdkCustomerId: 1,
  settings: { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 },
};

const setUp = (owners: Record<string, ApiKeyOwner>) => {
  let nowMs = 1_000_000;
  const asked: string[] = [];
  let failure: RecognizeError | undefined;
  const guard = createApiKeyGuard({
    resolve: async (keySha256) => {
      asked.push(keySha256);
      await Promise.resolve();
      if (failure) throw failure;
      const owner = Object.entries(owners).find(([key]) => sha256(key) === keySha256)?.[1];
      if (!owner) throw new RecognizeError('API_KEY_INVALID');
      return owner;
    },
    requiredKind: 'mobile',
    cacheSeconds: 30,
    now: () => nowMs,
  });
  const call = async (key?: string) => {
    const request = {
      id: 'request-1',
      headers: key === undefined ? {} : { 'x-api-key': key },
    } as unknown as FastifyRequest;
    await guard(request);
    return tenantOf(request);
  };
  return {
    asked,
    call,
    pass: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    fail: (error: RecognizeError | undefined) => {
      failure = error;
    },
  };
};

const owners: Record<string, ApiKeyOwner> = {
  mobile: { kind: 'mobile', tenant },
  secret: { kind: 'secret', tenant },
};

describe('API key guard', () => {
  it('puts the tenant of a key of the right kind on the request', async () => {
    const { call } = setUp(owners);
    expect(await call('mobile')).toEqual(tenant);
  });

  it('tells a missing, an unknown and a wrong kind of key apart, and each time which kind it takes', async () => {
    const { call } = setUp(owners);
    const refused = (code: string) => ({ code, details: { requiredKind: 'mobile' } });
    await expect(call()).rejects.toMatchObject(refused('API_KEY_MISSING'));
    await expect(call('')).rejects.toMatchObject(refused('API_KEY_MISSING'));
    await expect(call('k'.repeat(513))).rejects.toMatchObject(refused('API_KEY_INVALID'));
    // Unknown, and then remembered as unknown.
    for (const _ of [1, 2]) await expect(call('stranger')).rejects.toMatchObject(refused('API_KEY_INVALID'));
    await expect(call('secret')).rejects.toMatchObject(refused('API_KEY_WRONG_KIND'));
  });

  it('asks by hash, once for requests that arrive together and once per cache time', async () => {
    const { call, asked, pass } = setUp(owners);
    await Promise.all([call('mobile'), call('mobile'), call('mobile')]);
    await call('mobile');
    expect(asked).toEqual([sha256('mobile')]);
    pass(31);
    await call('mobile');
    expect(asked).toHaveLength(2);
  });

  it('remembers an unknown key for a short while only', async () => {
    const { call, asked, pass } = setUp(owners);
    await expect(call('stranger')).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
    await expect(call('stranger')).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
    expect(asked).toHaveLength(1);
    pass(6);
    await expect(call('stranger')).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
    expect(asked).toHaveLength(2);
  });

  it('does not remember a failure of the lookup', async () => {
    const { call, fail } = setUp(owners);
    fail(new RecognizeError('SERVICE_UNAVAILABLE'));
    await expect(call('mobile')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    fail(undefined);
    expect(await call('mobile')).toEqual(tenant);
  });

  it('refuses an over-long key without asking', async () => {
    const { call, asked } = setUp(owners);
    await expect(call('k'.repeat(513))).rejects.toMatchObject({ code: 'API_KEY_INVALID' });
    expect(asked).toEqual([]);
  });

  it('reads the header it is told to and no other', async () => {
    const guard = createApiKeyGuard({
      resolve: async () => ({ kind: 'secret', tenant }),
      requiredKind: 'secret',
      cacheSeconds: 0,
      now: () => 0,
      header: 'kl-api-key',
    });
    const call = (headers: Record<string, string>) => guard({ id: 'r', headers } as never);
    await expect(call({ 'x-api-key': 'secret' })).rejects.toMatchObject({ code: 'API_KEY_MISSING' });
    await call({ 'kl-api-key': 'secret' });
  });

  it('reports a route that forgot the guard', () => {
    expect(() => tenantOf({} as FastifyRequest)).toThrow(expect.objectContaining({ code: 'INTERNAL_ERROR' }));
  });
});

describe('API key guard with trusted services', () => {
  const serviceKey = 'a-service-key-of-some-length';
  const bearer = `Bearer ${serviceKey}`;
  const setUpTrusted = (trusted = true) => {
    const asked: string[] = [];
    const guard = createApiKeyGuard({
      resolve: async () => {
        throw new RecognizeError('API_KEY_INVALID');
      },
      requiredKind: 'mobile',
      cacheSeconds: 30,
      now: () => 0,
      ...(trusted
        ? {
            trustedServices: {
              serviceKey,
              readTenant: async (customer: string) => {
                asked.push(customer);
                if (customer !== tenant.customer) throw new RecognizeError('CUSTOMER_NOT_FOUND');
                return tenant;
              },
            },
          }
        : {}),
    });
    const call = async (headers: Record<string, string>) => {
      const request = { id: 'request-1', headers } as unknown as FastifyRequest;
      await guard(request);
      return tenantOf(request);
    };
    return { asked, call };
  };

  it('lets a service act for the tenant it names, asking once', async () => {
    const { asked, call } = setUpTrusted();
    expect(await call({ authorization: bearer, 'x-tenant': 'acme' })).toEqual(tenant);
    expect(await call({ authorization: bearer, 'x-tenant': 'acme' })).toEqual(tenant);
    expect(asked).toEqual(['acme']);
    await expect(call({ authorization: bearer, 'x-tenant': 'nobody' })).rejects.toMatchObject({
      code: 'CUSTOMER_NOT_FOUND',
    });
  });

  it('never takes the name of a tenant without the service key', async () => {
    const { asked, call } = setUpTrusted();
    for (const authorization of ['', 'Bearer guess', serviceKey, `${bearer}x`]) {
      await expect(call({ authorization, 'x-tenant': 'acme' })).rejects.toMatchObject({
        code: 'SERVICE_KEY_INVALID',
      });
    }
    expect(asked).toEqual([]);
  });

  it('asks a request without a tenant for its API key, service key or not', async () => {
    const { call } = setUpTrusted();
    await expect(call({ authorization: bearer })).rejects.toMatchObject({ code: 'API_KEY_MISSING' });
  });

  it('ignores the name of a tenant where services are not trusted', async () => {
    const { call } = setUpTrusted(false);
    await expect(call({ authorization: bearer, 'x-tenant': 'acme' })).rejects.toMatchObject({
      code: 'API_KEY_MISSING',
    });
  });
});
