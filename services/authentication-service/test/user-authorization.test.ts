import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createKeySetCache,
  createMemoryUsedTokenStore,
  createUserAuthorization,
  userAuthorizationOf,
} from '../src/index.ts';
import { encryptPhoto } from './encrypt-photo.ts';
import { photo, useService } from './use-service.ts';

const jwksUri = 'https://id.example.org/jwks.json';
const settings = { type: 'RemoteJWKSet', jwksUri } as const;
const startMs = 1_750_000_000_000;
const lockout = { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 };
const invalid = { code: 'USER_AUTHORIZATION_INVALID' };

const first = await generateKeyPair('ES256');
const second = await generateKeyPair('RS256');
const stranger = await generateKeyPair('ES256');
const jwkOf = async ({ publicKey }: typeof first, kid: string) => ({ ...(await exportJWK(publicKey)), kid });
const firstJwk = await jwkOf(first, 'one');
const secondJwk = await jwkOf(second, 'two');

/** A tenant's identity provider and a clock. */
const world = { nowMs: startMs, keys: [firstJwk] as object[], fetched: [] as string[], isDown: false };
const now = () => world.nowMs;
beforeEach(() => Object.assign(world, { nowMs: startMs, keys: [firstJwk], fetched: [], isDown: false }));

const createAuthorization = (maxTokens = 100) =>
  createUserAuthorization({
    keySets: createKeySetCache({
      now,
      fetchJwks: async (uri) => {
        world.fetched.push(uri);
        if (world.isDown) throw new TypeError('down');
        return { keys: world.keys as never };
      },
    }),
    usedTokens: createMemoryUsedTokenStore(maxTokens, now),
    now,
  });

interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  readonly key?: typeof first;
  readonly alg?: string;
}
const issue = async ({ claims = {}, kid = 'one', key = first, alg = 'ES256' }: TokenOptions = {}) => {
  const iat = Math.floor(world.nowMs / 1_000);
  const payload = { sub: 'ada', aud: 'authentication-service', iat, exp: iat + 300, ...claims };
  return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg, kid }).sign(key.privateKey);
};
const seconds = (ms: number) => Math.floor(ms / 1_000);

describe('a user authorization token', () => {
  const asked = (token: string | undefined, username = 'ada', tenantId = 1) => ({
    tenantId,
    username,
    settings,
    token,
  });

  it('lets the user in whom it names, once', async () => {
    const { authorize } = createAuthorization();
    const token = await issue();
    await authorize(asked(token));
    await expect(authorize(asked(token))).rejects.toMatchObject(invalid);
    await authorize(asked(await issue({ claims: { jti: 'other' } })));
    expect(world.fetched).toEqual([jwksUri]);
  });

  it('is not asked for by tenants who ask for none', async () => {
    const { authorize } = createAuthorization();
    await authorize({ ...asked(undefined), settings: { type: 'None' } });
    await authorize({ ...asked('rubbish'), settings: { type: 'None' } });
    expect(world.fetched).toEqual([]);
  });

  it.each<[string, TokenOptions]>([
    ['for another user', { claims: { sub: 'bob' } }],
    ['for the user in other letters', { claims: { sub: 'Ada' } }],
    ['for another service', { claims: { aud: 'other' } }],
    ['without an audience', { claims: { aud: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['without an expiry', { claims: { exp: undefined } }],
    ['without a time of issue', { claims: { iat: undefined } }],
    ['expired beyond the tolerance', { claims: { exp: seconds(startMs) - 300 } }],
    ['from the future', { claims: { iat: seconds(startMs) + 301, exp: seconds(startMs) + 600 } }],
    ['not valid yet', { claims: { nbf: seconds(startMs) + 301 } }],
    ['that lives too long', { claims: { exp: seconds(startMs) + 3_601 } }],
    ['signed by a stranger under a known id', { key: stranger }],
    ['under an unknown id', { key: stranger, kid: 'unknown' }],
  ])('is refused %s', async (_name, options) => {
    const { authorize } = createAuthorization();
    await expect(authorize(asked(await issue(options)))).rejects.toMatchObject(invalid);
  });

  it('is refused when it is missing, no token, unsigned, or signed with a secret', async () => {
    const { authorize } = createAuthorization();
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [, payload] = (await issue()).split('.');
    const secret = new SignJWT({ sub: 'ada', aud: 'authentication-service' })
      .setIssuedAt(seconds(startMs))
      .setExpirationTime(seconds(startMs) + 300)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(Buffer.from(JSON.stringify(firstJwk)));
    for (const token of [undefined, '', 'a.b.c', `${encoded({ alg: 'none' })}.${payload}.`, await secret]) {
      await expect(authorize(asked(token)), String(token)).rejects.toMatchObject(invalid);
    }
  });

  it('may be late or early by five minutes', async () => {
    const { authorize } = createAuthorization();
    await authorize(asked(await issue({ claims: { exp: seconds(startMs) - 299 } })));
    await authorize(asked(await issue({ claims: { iat: seconds(startMs) + 300 } })));
  });

  it('stays used as long as it could still pass', async () => {
    const { authorize } = createAuthorization();
    const token = await issue();
    await authorize(asked(token));
    world.nowMs += 599_000;
    await expect(authorize(asked(token))).rejects.toMatchObject(invalid);
  });

  it('is told apart by its jti, or by what is signed where it has none', async () => {
    const { authorize } = createAuthorization();
    await authorize(asked(await issue({ claims: { jti: 'a' } })));
    await expect(authorize(asked(await issue({ claims: { jti: 'a' } })))).rejects.toMatchObject(invalid);
    await authorize(asked(await issue({ claims: { jti: 'a' } }), 'ada', 2));
    const token = await issue();
    const [header, payload, signature] = token.split('.') as [string, string, string];
    // The other signature that verifies for the same content: n - s in place of s.
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const raw = Buffer.from(signature, 'base64url');
    const s = order - BigInt(`0x${raw.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    await authorize(asked(token));
    const twinToken = `${header}.${payload}.${twin.toString('base64url')}`;
    await expect(authorize(asked(twinToken))).rejects.toMatchObject(invalid);
  });

  it('works once when it comes twice at the same time', async () => {
    const { authorize } = createAuthorization();
    const token = await issue();
    const outcomes = await Promise.allSettled([authorize(asked(token)), authorize(asked(token))]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.fetched.length).toBe(1);
  });

  it('is refused for load, not forgotten, when no place is left to remember it', async () => {
    const { authorize } = createAuthorization(2);
    for (const jti of ['a', 'b']) await authorize(asked(await issue({ claims: { jti } })));
    const third = await issue({ claims: { jti: 'c' } });
    await expect(authorize(asked(third))).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    world.nowMs += 601_000;
    await authorize(asked(await issue({ claims: { jti: 'd' } })));
  });
});

describe('the key set of a tenant', () => {
  const request = async (options?: TokenOptions) => ({
    tenantId: 1,
    username: 'ada',
    settings,
    token: await issue(options),
  });
  const withSecond = { kid: 'two', key: second, alg: 'RS256' };

  it('is fetched again for an unknown key, five minutes after the last time and no sooner', async () => {
    const { authorize } = createAuthorization();
    await authorize(await request());
    world.keys = [firstJwk, secondJwk];
    await expect(authorize(await request(withSecond))).rejects.toMatchObject(invalid);
    expect(world.fetched.length).toBe(1);
    world.nowMs += 300_000;
    await authorize(await request(withSecond));
    expect(world.fetched.length).toBe(2);
    for (let count = 0; count < 5; count++) {
      const unknown = await request({ kid: `unknown ${count}`, key: stranger });
      await expect(authorize(unknown)).rejects.toMatchObject(invalid);
    }
    expect(world.fetched.length).toBe(2);
  });

  it('that can’t be had keeps everybody out for now, and is not asked for each time', async () => {
    const { authorize } = createAuthorization();
    world.isDown = true;
    for (let count = 0; count < 3; count++) {
      await expect(authorize(await request())).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
    expect(world.fetched.length).toBe(1);
    world.isDown = false;
    world.nowMs += 10_000;
    await authorize(await request());
  });

  it('is fetched again after an hour; an old one serves while it can’t be had, for a day', async () => {
    const { authorize } = createAuthorization();
    await authorize(await request());
    world.isDown = true;
    world.nowMs += 3_600_000;
    await authorize(await request());
    expect(world.fetched.length).toBe(2);
    world.nowMs += 23 * 3_600_000;
    await expect(authorize(await request())).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('is named by the tenant’s settings', () => {
    expect(userAuthorizationOf(lockout)).toEqual({ type: 'None' });
    expect(userAuthorizationOf({ ...lockout, userAuthorizationType: 'None' })).toEqual({ type: 'None' });
    const remote = { ...lockout, userAuthorizationType: 'RemoteJWKSet' } as const;
    expect(userAuthorizationOf({ ...remote, userAuthorizationJwksUri: jwksUri })).toEqual(settings);
    expect(() => userAuthorizationOf(remote)).toThrow(expect.objectContaining(invalid));
  });
});

describe('photo enrollment of a tenant that asks for tokens', () => {
  const gate = createAuthorization(1_000);
  const { current, enroll } = useService(gate);
  const ask = () => {
    current.fake.tenants.a.settings = {
      ...lockout,
      userAuthorizationType: 'RemoteJWKSet',
      userAuthorizationJwksUri: jwksUri,
    };
  };

  it('answers 403 before any work without a good token, and enrolls with one', async () => {
    ask();
    for (const headers of [{}, { 'kl-authorization-token': await issue({ claims: { sub: 'bob' } }) }]) {
      const refused = await enroll(encryptPhoto(photo), headers as Record<string, string>);
      expect(refused).toMatchObject({ status: 403, code: 'USER_AUTHORIZATION_INVALID' });
    }
    expect(current.analyzer.asked).toEqual([]);
    expect(current.fake.calls).toEqual([]);
    const token = await issue();
    expect(await enroll(encryptPhoto(photo), { 'kl-authorization-token': token })).toMatchObject({
      status: 201,
    });
    expect(current.logLines.join('')).not.toContain(token.slice(-40));
  });
});
