import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  algorithmsOf,
  decryptWithFakeKey,
  encryptWithFakeKey,
  FakeKmsError,
  type FakeKmsKey,
  type FakeKmsKeySpec,
  type FakeKmsKeyUsage,
  makeFakeKmsKey,
  signWithFakeKey,
} from './fake-kms-keys.ts';

export type { FakeKmsKeySpec, FakeKmsKeyUsage } from './fake-kms-keys.ts';

export type FakeKmsOperation =
  | 'CreateKey'
  | 'Decrypt'
  | 'DescribeKey'
  | 'Encrypt'
  | 'GenerateDataKey'
  | 'GetPublicKey'
  | 'Sign';

/** `hang` never answers; `reset` cuts the connection; the others are exceptions of the API. */
export type FakeKmsFault = 'access-denied' | 'throttling' | 'internal-error' | 'hang' | 'reset';

/** One request as the server took it. */
export interface FakeKmsCall {
  readonly operation: string;
  readonly keyId: string | undefined;
}

/** A key service in memory on a loopback port, for the real AWS SDK: `new KMSClient(kms.clientConfig)`. */
export interface FakeKms {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Environment of a process whose SDK shall find the credentials by itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that the SDK's client needs. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Requests so far, refused ones included, oldest first. */
  readonly calls: readonly FakeKmsCall[];
  /**
   * Makes a key; returns its id. RSA keys encrypt unless told to sign.
   *
   * @param options.alias name without `alias/`; an existing one moves to the new key.
   */
  createKey(
    spec: FakeKmsKeySpec,
    options?: { readonly usage?: FakeKmsKeyUsage; readonly alias?: string },
  ): string;
  /** DER SubjectPublicKeyInfo of an asymmetric key. */
  publicKeyOf(keyId: string): Uint8Array;
  setEnabled(keyId: string, enabled: boolean): void;
  /** The next `times` requests (all, until `recover`, by default) of the operation (any by default) fail. */
  fail(fault: FakeKmsFault, only?: { readonly operation?: FakeKmsOperation; readonly times?: number }): void;
  recover(): void;
  stop(): Promise<void>;
}

type Request = Readonly<Record<string, unknown>>;

const TARGET_PREFIX = 'TrentService.';
const exceptions = {
  'access-denied': { type: 'AccessDeniedException', status: 400 },
  throttling: { type: 'ThrottlingException', status: 400 },
  'internal-error': { type: 'KMSInternalException', status: 500 },
} as const;

const textOf = (request: Request, name: string): string | undefined => {
  const value = request[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new FakeKmsError('ValidationException');
};

const requiredText = (request: Request, name: string): string => {
  const value = textOf(request, name);
  if (value === undefined) throw new FakeKmsError('ValidationException');
  return value;
};

const blobOf = (request: Request, name: string): Uint8Array =>
  Buffer.from(requiredText(request, name), 'base64');

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const contextOf = (request: Request): Readonly<Record<string, string>> =>
  (request['EncryptionContext'] as Readonly<Record<string, string>> | undefined) ?? {};

/** Keys and aliases, and where an id, an ARN or an alias leads. */
const createKeyRing = (region: string) => {
  const keys = new Map<string, FakeKmsKey>();
  const aliases = new Map<string, string>();
  const arnOf = (id: string): string => `arn:aws:kms:${region}:111122223333:key/${id}`;
  const find = (reference: string): FakeKmsKey => {
    const name = reference.replace(/^arn:aws:kms:[^:]*:\d+:(key\/)?/, '');
    const key = keys.get(name.startsWith('alias/') ? (aliases.get(name.slice(6)) ?? '') : name);
    if (!key) throw new FakeKmsError('NotFoundException');
    return key;
  };
  return {
    arnOf,
    find,
    findUsable(reference: string): FakeKmsKey {
      const key = find(reference);
      if (!key.enabled) throw new FakeKmsError('DisabledException');
      return key;
    },
    create(spec: FakeKmsKeySpec, usage?: FakeKmsKeyUsage, alias?: string): FakeKmsKey {
      const key = makeFakeKmsKey(randomUUID(), spec, usage);
      keys.set(key.id, key);
      if (alias !== undefined) aliases.set(alias, key.id);
      return key;
    },
  };
};

type KeyRing = ReturnType<typeof createKeyRing>;

const describe = (ring: KeyRing, key: FakeKmsKey) => ({
  KeyMetadata: {
    KeyId: key.id,
    Arn: ring.arnOf(key.id),
    Enabled: key.enabled,
    KeyState: key.enabled ? 'Enabled' : 'Disabled',
    KeySpec: key.spec,
    KeyUsage: key.usage,
  },
});

const decrypt = (ring: KeyRing, request: Request) => {
  const blob = blobOf(request, 'CiphertextBlob');
  const algorithm = textOf(request, 'EncryptionAlgorithm') ?? 'SYMMETRIC_DEFAULT';
  const named = textOf(request, 'KeyId');
  const isSymmetric = algorithm === 'SYMMETRIC_DEFAULT';
  const owner = isSymmetric
    ? Buffer.from(blob.subarray(0, 36)).toString('latin1')
    : requiredText(request, 'KeyId');
  if (isSymmetric && !/^[0-9a-f-]{36}$/.test(owner)) throw new FakeKmsError('InvalidCiphertextException');
  const key = ring.findUsable(owner);
  if (named !== undefined && ring.find(named).id !== key.id) throw new FakeKmsError('IncorrectKeyException');
  const plaintext = decryptWithFakeKey(key, algorithm, blob, contextOf(request));
  return { KeyId: ring.arnOf(key.id), Plaintext: toBase64(plaintext), EncryptionAlgorithm: algorithm };
};

const createOperations = (
  ring: KeyRing,
): Readonly<Record<FakeKmsOperation, (request: Request) => object>> => ({
  CreateKey: (request) => {
    const spec = (textOf(request, 'KeySpec') ?? 'SYMMETRIC_DEFAULT') as FakeKmsKeySpec;
    const usage = textOf(request, 'KeyUsage') as FakeKmsKeyUsage | undefined;
    return describe(ring, ring.create(spec, usage));
  },
  DescribeKey: (request) => describe(ring, ring.find(requiredText(request, 'KeyId'))),
  GetPublicKey: (request) => {
    const key = ring.findUsable(requiredText(request, 'KeyId'));
    if (!key.publicKeyDer) throw new FakeKmsError('UnsupportedOperationException');
    return {
      KeyId: ring.arnOf(key.id),
      PublicKey: toBase64(key.publicKeyDer),
      KeySpec: key.spec,
      KeyUsage: key.usage,
      [key.usage === 'SIGN_VERIFY' ? 'SigningAlgorithms' : 'EncryptionAlgorithms']: algorithmsOf(key),
    };
  },
  Sign: (request) => {
    const key = ring.findUsable(requiredText(request, 'KeyId'));
    const algorithm = requiredText(request, 'SigningAlgorithm');
    const type = textOf(request, 'MessageType') ?? 'RAW';
    const signature = signWithFakeKey(key, algorithm, type, blobOf(request, 'Message'));
    return { KeyId: ring.arnOf(key.id), Signature: toBase64(signature), SigningAlgorithm: algorithm };
  },
  Encrypt: (request) => {
    const key = ring.findUsable(requiredText(request, 'KeyId'));
    const algorithm = textOf(request, 'EncryptionAlgorithm') ?? 'SYMMETRIC_DEFAULT';
    const sealed = encryptWithFakeKey(key, algorithm, blobOf(request, 'Plaintext'), contextOf(request));
    return { KeyId: ring.arnOf(key.id), CiphertextBlob: toBase64(sealed), EncryptionAlgorithm: algorithm };
  },
  Decrypt: (request) => decrypt(ring, request),
  GenerateDataKey: (request) => {
    const key = ring.findUsable(requiredText(request, 'KeyId'));
    const bytes = request['NumberOfBytes'];
    const length = typeof bytes === 'number' ? bytes : request['KeySpec'] === 'AES_128' ? 16 : 32;
    const plaintext = randomBytes(length);
    const sealed = encryptWithFakeKey(key, 'SYMMETRIC_DEFAULT', plaintext, contextOf(request));
    return {
      KeyId: ring.arnOf(key.id),
      Plaintext: toBase64(plaintext),
      CiphertextBlob: toBase64(sealed),
    };
  },
});

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const answer = (response: ServerResponse, status: number, body: object, type?: string): void => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  response.writeHead(status, type === undefined ? headers : { ...headers, 'x-amzn-errortype': type });
  response.end(JSON.stringify(body));
};

interface PendingFault {
  readonly fault: FakeKmsFault;
  readonly operation: FakeKmsOperation | undefined;
  left: number;
}

const createFaults = () => {
  let pending: PendingFault[] = [];
  return {
    add(fault: FakeKmsFault, operation: FakeKmsOperation | undefined, times: number): void {
      pending.push({ fault, operation, left: times });
    },
    clear(): void {
      pending = [];
    },
    take(operation: string): FakeKmsFault | undefined {
      const due = pending.find((one) => one.operation === undefined || one.operation === operation);
      if (due === undefined) return undefined;
      due.left--;
      if (due.left <= 0) pending = pending.filter((one) => one !== due);
      return due.fault;
    },
  };
};

/**
 * Starts a key service that speaks AWS JSON 1.1 on 127.0.0.1: CreateKey, DescribeKey, GetPublicKey, Sign, Encrypt,
 * Decrypt (symmetric and RSA-OAEP) and GenerateDataKey, with the exceptions of the API for wrong use. It checks which
 * access key signed a request, not the signature itself.
 *
 * @param options.port 0 takes a free one.
 */
export const startFakeKms = async (options: { readonly port?: number } = {}): Promise<FakeKms> => {
  const region = 'eu-central-1';
  const credentials = { accessKeyId: 'FAKEACCESSKEY', secretAccessKey: 'fake-secret-of-the-tests' } as const;
  const ring = createKeyRing(region);
  const operations = createOperations(ring);
  const faults = createFaults();
  const calls: FakeKmsCall[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
    const body: Request = JSON.parse((await readBody(request)) || '{}');
    calls.push({ operation: name, keyId: typeof body['KeyId'] === 'string' ? body['KeyId'] : undefined });
    const fault = faults.take(name);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined) throw new FakeKmsError(exceptions[fault].type, exceptions[fault].status);
    if (!String(request.headers.authorization).includes(`Credential=${credentials.accessKeyId}/`)) {
      throw new FakeKmsError('UnrecognizedClientException');
    }
    if (!Object.hasOwn(operations, name)) throw new FakeKmsError('UnknownOperationException');
    answer(response, 200, operations[name as FakeKmsOperation](body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const known = error instanceof FakeKmsError ? error : new FakeKmsError('KMSInternalException', 500);
      answer(response, known.status, { __type: known.type, message: known.message }, known.type);
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    endpoint,
    region,
    credentials,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    clientConfig: { endpoint, region, credentials },
    calls,
    createKey: (spec, { usage, alias } = {}) => ring.create(spec, usage, alias).id,
    publicKeyOf(keyId) {
      const { publicKeyDer } = ring.find(keyId);
      if (!publicKeyDer) throw new FakeKmsError('UnsupportedOperationException');
      return publicKeyDer;
    },
    setEnabled(keyId, enabled) {
      ring.find(keyId).enabled = enabled;
    },
    fail: (fault, { operation, times } = {}) =>
      faults.add(fault, operation, times ?? Number.POSITIVE_INFINITY),
    recover: () => faults.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
