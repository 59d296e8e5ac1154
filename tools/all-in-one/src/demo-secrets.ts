import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from './startup-error.ts';

/** Keys and passwords of one embedded stack, made at its first start and kept. */
export interface DemoSecrets {
  /** Shared by the services. */
  readonly serviceKey: string;
  readonly databasePassword: string;
  /** The three keys of the demo tenant. */
  readonly apiKeys: { readonly download: string; readonly mobile: string; readonly secret: string };
  /** Secret API key of the tenant of the bank that the demo page shows. */
  readonly bankSecretKey: string;
  /** P-256 key that signs JWTs, PKCS #8 PEM; the text is in the file of the same purpose. */
  readonly signingKeyFile: string;
  /** RSA-2048 key that opens encrypted images, PKCS #8 PEM. */
  readonly imageKeyFile: string;
  /** Of the first operator, until an operator changes it; the text is in the file of the same purpose. */
  readonly operatorPassword: string;
  readonly operatorPasswordFile: string;
  /** 32 bytes in hex: wraps client states in the auth-vault. */
  readonly clientStateKeyFile: string;
}

interface StoredStrings {
  readonly serviceKey: string;
  readonly databasePassword: string;
  readonly apiKeys: DemoSecrets['apiKeys'];
}

const KEY_BYTES = 32;
/** What the operations-service takes for a password, without spaces. */
const OPERATOR_PASSWORD = /^\S{12,256}$/;

const randomText = (prefix = ''): string => `${prefix}${randomBytes(KEY_BYTES).toString('base64url')}`;

const createStrings = (): string => {
  const strings: StoredStrings = {
    serviceKey: randomText(),
    databasePassword: randomText(),
    apiKeys: { download: randomText('dk_'), mobile: randomText('mk_'), secret: randomText('sk_') },
  };
  return `${JSON.stringify(strings, null, 2)}\n`;
};

const createSigningKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;

const createImageKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;

const createClientStateKey = (): string => `${randomBytes(KEY_BYTES).toString('hex')}\n`;

/**
 * The content of `path`, written first if there is none. The file appears whole or not at all, and one that exists is
 * never replaced: what the stack stored can be opened with its own keys only.
 */
const readOrCreate = async (path: string, create: () => string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const growing = `${path}.new-${randomBytes(4).toString('hex')}`;
  await writeFile(growing, create(), { mode: 0o600, flush: true });
  try {
    await link(growing, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(growing, { force: true });
  }
  return readFile(path, 'utf8');
};

const isText = (value: unknown): value is string => typeof value === 'string' && value.length >= 16;

const parseStrings = (text: string): StoredStrings | undefined => {
  try {
    const parsed = JSON.parse(text) as Partial<StoredStrings>;
    const { serviceKey, databasePassword, apiKeys } = parsed;
    const texts = [serviceKey, databasePassword, apiKeys?.download, apiKeys?.mobile, apiKeys?.secret];
    return texts.every(isText) ? (parsed as StoredStrings) : undefined;
  } catch {
    return undefined;
  }
};

const isKey = (pem: string, type: 'ec' | 'rsa'): boolean => {
  try {
    return createPrivateKey(pem).asymmetricKeyType === type;
  } catch {
    return false;
  }
};

const damaged = (path: string): StartupError =>
  new StartupError(`${path} is damaged: restore it, or remove the whole data folder to start anew`);

/**
 * Reads the secrets below `folder`, making those that are missing; all files have mode 0600.
 *
 * @throws StartupError if a file is there but cannot be read as what it is
 */
export const loadDemoSecrets = async (folder: string): Promise<DemoSecrets> => {
  const stringsFile = join(folder, 'secrets.json');
  const signingKeyFile = join(folder, 'jwt-signing-key.pem');
  const imageKeyFile = join(folder, 'image-key.pem');
  const clientStateKeyFile = join(folder, 'client-state-key.hex');
  const strings = parseStrings(await readOrCreate(stringsFile, createStrings));
  if (strings === undefined) throw damaged(stringsFile);
  if (!isKey(await readOrCreate(signingKeyFile, createSigningKey), 'ec')) throw damaged(signingKeyFile);
  if (!isKey(await readOrCreate(imageKeyFile, createImageKey), 'rsa')) throw damaged(imageKeyFile);
  const clientStateKey = await readOrCreate(clientStateKeyFile, createClientStateKey);
  if (!/^[0-9a-f]{64}\s*$/.test(clientStateKey)) throw damaged(clientStateKeyFile);
  const operatorPasswordFile = join(folder, 'operator-password.txt');
  const operatorPassword = (await readOrCreate(operatorPasswordFile, () => `${randomText()}\n`)).trim();
  if (!OPERATOR_PASSWORD.test(operatorPassword)) throw damaged(operatorPasswordFile);
  const bankKeyFile = join(folder, 'bank-secret-key.txt');
  const bankSecretKey = (await readOrCreate(bankKeyFile, () => `${randomText('sk_')}\n`)).trim();
  if (!isText(bankSecretKey)) throw damaged(bankKeyFile);
  return {
    ...strings,
    bankSecretKey,
    signingKeyFile,
    imageKeyFile,
    clientStateKeyFile,
    operatorPassword,
    operatorPasswordFile,
  };
};
