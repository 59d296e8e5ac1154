import { hash } from 'node:crypto';
import { type ApiKeyKind, isRecognizeError, RecognizeError, type Tenant } from '@openrecognize/contracts';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { serviceKeyGuard } from './http/service-key-guard.ts';

/** Whom an API key belongs to. */
export interface ApiKeyOwner {
  readonly kind: Static<typeof ApiKeyKind>;
  readonly tenant: Static<typeof Tenant>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the API key guard; read it through `tenantOf`. */
    tenant?: Static<typeof Tenant>;
  }
}

export interface ApiKeyGuardOptions {
  /**
   * Finds the owner by the SHA-256 of the key, standard base64.
   *
   * @throws RecognizeError API_KEY_INVALID when nobody owns it; other errors pass through and are not remembered
   */
  readonly resolve: (
    keySha256: string,
    context: { readonly requestId: string },
  ) => Promise<{ readonly kind: ApiKeyOwner['kind']; readonly tenant: ApiKeyOwner['tenant'] }>;
  readonly requiredKind: ApiKeyOwner['kind'];
  /** How long an answer of `resolve` is used again: the longest a revoked key goes on working. 0 asks each time. */
  readonly cacheSeconds: number;
  /** How long an unknown key stays unknown; the smaller of 5 and `cacheSeconds` by default. */
  readonly unknownCacheSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Header of the key, lower case; `x-api-key` by default. */
  readonly header?: string;
  /** Lets services of this installation call in the name of a tenant; without it, only keys count. */
  readonly trustedServices?: TrustedServices;
}

/** Another service shows the shared service key as bearer token and names the tenant in `x-tenant`. */
export interface TrustedServices {
  readonly serviceKey: string;
  /** @throws RecognizeError CUSTOMER_NOT_FOUND */
  readonly readTenant: (
    customer: string,
    context: { readonly requestId: string },
  ) => Promise<ApiKeyOwner['tenant']>;
}

/** Header of an API key. */
export const API_KEY_HEADER = 'x-api-key';
/** Header by which a trusted service names the tenant it acts for. */
export const TENANT_HEADER = 'x-tenant';

/** Entries remembered of each sort: bounds the memory that invented keys can take. */
const MAX_REMEMBERED = 10_000;
/** Longer than any key ever issued; longer ones are not hashed. */
const MAX_KEY_CHARS = 512;

interface Remembered<T> {
  readonly value: T;
  readonly untilMs: number;
}

/** Answers by key hash, the oldest dropped first. */
const createMemory = <T>(ttlMs: number, now: () => number) => {
  const entries = new Map<string, Remembered<T>>();
  return {
    get(hash: string): T | undefined {
      const entry = entries.get(hash);
      if (entry === undefined || entry.untilMs > now()) return entry?.value;
      entries.delete(hash);
      return undefined;
    },
    set(hash: string, value: T): void {
      if (ttlMs <= 0) return;
      entries.delete(hash);
      entries.set(hash, { value, untilMs: now() + ttlMs });
      const oldest = entries.keys().next();
      if (entries.size > MAX_REMEMBERED && oldest.done !== true) entries.delete(oldest.value);
    },
  };
};

type FindOwner = (keySha256: string, requestId: string) => Promise<ApiKeyOwner>;

const createOwnerLookup = (options: ApiKeyGuardOptions): FindOwner => {
  const { resolve, cacheSeconds, now } = options;
  const known = createMemory<ApiKeyOwner>(cacheSeconds * 1000, now);
  const unknown = createMemory<true>((options.unknownCacheSeconds ?? Math.min(5, cacheSeconds)) * 1000, now);
  const asking = new Map<string, Promise<ApiKeyOwner>>();

  const ask = async (keySha256: string, requestId: string): Promise<ApiKeyOwner> => {
    try {
      const { kind, tenant } = await resolve(keySha256, { requestId });
      const owner = { kind, tenant };
      known.set(keySha256, owner);
      return owner;
    } catch (error) {
      if (isRecognizeError(error) && error.code === 'API_KEY_INVALID') unknown.set(keySha256, true);
      throw error;
    }
  };

  return async (keySha256, requestId) => {
    const owner = known.get(keySha256);
    if (owner !== undefined) return owner;
    if (unknown.get(keySha256)) throw new RecognizeError('API_KEY_INVALID');
    // Requests that arrive together ask once.
    const inFlight = asking.get(keySha256);
    if (inFlight !== undefined) return inFlight;
    const answer = ask(keySha256, requestId);
    const forget = () => asking.delete(keySha256);
    asking.set(keySha256, answer);
    answer.then(forget, forget);
    return answer;
  };
};

/** The tenant a trusted service names, or undefined for a request that names none. */
const createTenantLookup = (options: ApiKeyGuardOptions) => {
  const { trustedServices, cacheSeconds, now } = options;
  if (trustedServices === undefined) return async () => undefined;
  const known = createMemory<ApiKeyOwner['tenant']>(cacheSeconds * 1000, now);
  const checkServiceKey = serviceKeyGuard(trustedServices.serviceKey);
  return async (request: FastifyRequest): Promise<ApiKeyOwner['tenant'] | undefined> => {
    const customer = request.headers[TENANT_HEADER];
    if (typeof customer !== 'string') return undefined;
    await checkServiceKey(request);
    const remembered = known.get(customer);
    if (remembered !== undefined) return remembered;
    const tenant = await trustedServices.readTenant(customer, { requestId: request.id });
    known.set(customer, tenant);
    return tenant;
  };
};

/**
 * Hook that lets through requests whose API key is of the required kind and puts its tenant on the request. The
 * key itself is neither kept nor passed on: only its SHA-256 is. With `trustedServices`, a request that names a
 * tenant in `x-tenant` needs the service key instead.
 *
 * @throws RecognizeError API_KEY_MISSING, API_KEY_INVALID, API_KEY_WRONG_KIND, each with `details.requiredKind`; for a
 * trusted service SERVICE_KEY_INVALID, CUSTOMER_NOT_FOUND; all from the returned guard
 */
export const createApiKeyGuard = (
  options: ApiKeyGuardOptions,
): ((request: FastifyRequest) => Promise<void>) => {
  const findOwner = createOwnerLookup(options);
  const tenantOfService = createTenantLookup(options);
  const { header = API_KEY_HEADER, requiredKind } = options;
  const refusal = (code: 'API_KEY_MISSING' | 'API_KEY_INVALID' | 'API_KEY_WRONG_KIND') =>
    new RecognizeError(code, { details: { requiredKind } });
  const ownerOf = async (key: string, requestId: string): Promise<ApiKeyOwner> => {
    try {
      return await findOwner(hash('sha256', key, 'base64'), requestId);
    } catch (error) {
      if (isRecognizeError(error) && error.code === 'API_KEY_INVALID') throw refusal('API_KEY_INVALID');
      throw error;
    }
  };
  return async (request) => {
    const named = await tenantOfService(request);
    if (named !== undefined) {
      request.tenant = named;
      return;
    }
    const key = request.headers[header];
    if (typeof key !== 'string' || key === '') throw refusal('API_KEY_MISSING');
    if (key.length > MAX_KEY_CHARS) throw refusal('API_KEY_INVALID');
    const { kind, tenant } = await ownerOf(key, request.id);
    if (kind !== requiredKind) throw refusal('API_KEY_WRONG_KIND');
    request.tenant = tenant;
  };
};

/**
 * The tenant whose API key the request carried.
 *
 * @throws RecognizeError INTERNAL_ERROR when the route has no API key guard
 */
export const tenantOf = (request: FastifyRequest): ApiKeyOwner['tenant'] => {
  if (request.tenant === undefined) {
    throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('route without an API key guard') });
  }
  return request.tenant;
};
