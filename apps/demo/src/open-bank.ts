import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpClient } from '@openrecognize/clients';
import { createMemoryJtiStore, createTransactionVerifier } from '@openrecognize/verify';
import { openFileBankBooks } from './adapters/file-bank-books.ts';
import { createHttpFaceService, webSocketUrlOf } from './adapters/http-face-service.ts';
import { createBank } from './bank/bank.ts';
import { createAuthorizationKey, createUserAuthorization } from './bank/user-authorization.ts';
import { createVisits } from './bank/visits.ts';
import type { BankPageOptions } from './server.ts';

export interface OpenBankOptions {
  readonly directory: string;
  readonly customer: string;
  readonly audience: string;
  readonly authenticationServiceUrl: string;
  readonly operationsUrl: string;
  /** Of the operations-service, with the bank's secret key in its headers. */
  readonly operations: HttpClient;
  readonly maxAccounts: number;
  readonly publicUrl: string | undefined;
  readonly port: number;
  readonly crossOriginIsolation: boolean;
}

/** The key the bank signs user authorization with, made at the first start; it appears whole or not at all. */
const readKey = async (directory: string): Promise<string> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'user-authorization-key.pem');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const growing = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(growing, createAuthorizationKey(), { mode: 0o600, flush: true });
  try {
    await link(growing, path);
  } finally {
    await rm(growing, { force: true });
  }
  return readFile(path, 'utf8');
};

/** The bank with books, keys and verifier as a process has them. */
export const openBank = async (options: OpenBankOptions): Promise<BankPageOptions> => {
  const { directory, customer, authenticationServiceUrl, operationsUrl, operations, publicUrl } = options;
  const now = (): number => Date.now();
  const authorization = createUserAuthorization(await readKey(directory), now);
  const base = operationsUrl.replace(/\/$/, '');
  const bank = createBank({
    books: await openFileBankBooks(directory),
    faces: createHttpFaceService({ customer, authenticationServiceUrl, operations }),
    verifier: createTransactionVerifier({
      jwksUrl: `${base}/customers/${encodeURIComponent(customer)}/.well-known/jwks.json`,
      audience: options.audience,
      jtiStore: createMemoryJtiStore(),
    }),
    authorization,
    maxAccounts: options.maxAccounts,
    now,
  });
  const secure = publicUrl?.startsWith('https:') ?? false;
  return {
    bank,
    visits: createVisits({ cookieName: `fernhollow-${options.port}`, secure, now }),
    authorization,
    publicUrl,
    webSocketUrl: webSocketUrlOf(authenticationServiceUrl),
    crossOriginIsolation: options.crossOriginIsolation,
  };
};
