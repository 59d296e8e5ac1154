import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryJtiStore, createTransactionVerifier } from '@openrecognize/verify';
import { afterAll } from 'vitest';
import { openFileBankBooks } from '../src/adapters/file-bank-books.ts';
import { createBank } from '../src/bank/bank.ts';
import { createAuthorizationKey, createUserAuthorization } from '../src/bank/user-authorization.ts';
import { createVisits } from '../src/bank/visits.ts';
import type { FaceService } from '../src/ports/face-service.ts';
import type { BankPageOptions } from '../src/server.ts';

/** Books of all banks of a file; gone after its tests. */
const folder = mkdtempSync(join(tmpdir(), 'demo-bank-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const bankAudience = 'fernhollow-bank';

const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A face service that signs whatever it is told to, with a key the bank trusts. */
export interface FakeBank {
  readonly bankPage: BankPageOptions;
  readonly directory: string;
  /** User ids by username, as the face service has them. */
  readonly enrolled: Map<string, string>;
  readonly deleted: string[];
  /** The face service does not answer while true. */
  isDown: boolean;
  nowMs: number;
  /** A JWT of an enrolled user over the text; `over` changes claims. */
  signedBy(username: string, transactionData: string, over?: Readonly<Record<string, unknown>>): string;
}

export const createFakeBank = async (
  given: { readonly directory?: string; readonly maxAccounts?: number } = {},
): Promise<FakeBank> => {
  const directory = given.directory ?? (await mkdtemp(join(folder, 'books-')));
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'PIN/FACE', use: 'sig', alg: 'ES256' };
  const enrolled = new Map<string, string>();
  const state = { isDown: false, nowMs: 1_750_000_000_000, enrolled, deleted: [] as string[], directory };
  const now = () => state.nowMs;
  const whileUp = async <T>(value: () => T): Promise<T> => {
    if (state.isDown) throw new Error('down');
    return value();
  };
  const faces: FaceService = {
    address: () =>
      whileUp(() => ({ customer: 'fernhollow', wsUrl: 'ws://127.0.0.1:8080/', keyId: 'k', key: 'SPKI' })),
    usersNamed: (username) => whileUp(() => [enrolled.get(username) ?? []].flat()),
    deleteUser: (userId) =>
      whileUp(() => {
        state.deleted.push(userId);
        for (const [name, id] of enrolled) if (id === userId) enrolled.delete(name);
      }),
  };
  const authorization = createUserAuthorization(createAuthorizationKey(), now);
  const bank = createBank({
    books: await openFileBankBooks(directory),
    faces,
    verifier: createTransactionVerifier({
      jwksUrl: 'https://recognize.example/jwks.json',
      audience: bankAudience,
      jtiStore: createMemoryJtiStore({ clock: now }),
      clock: now,
      fetch: async () => new Response(JSON.stringify({ keys: [jwk] })),
    }),
    authorization,
    maxAccounts: given.maxAccounts ?? 10,
    now,
  });
  return Object.assign(state, {
    bankPage: {
      bank,
      visits: createVisits({ cookieName: 'bank', secure: false, now }),
      authorization,
      publicUrl: undefined,
      webSocketUrl: 'ws://127.0.0.1:8080/',
      crossOriginIsolation: false,
    },
    signedBy: (username: string, td: string, over: Readonly<Record<string, unknown>> = {}) => {
      const iat = Math.floor(state.nowMs / 1000);
      const claims = {
        iat,
        exp: iat + 120,
        jti: randomUUID(),
        aud: bankAudience,
        td,
        version: '1.1.0',
        sub: enrolled.get(username),
        external_user_id: username,
        ...over,
      };
      const signed = `${base64Url({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' })}.${base64Url(claims)}`;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  });
};
