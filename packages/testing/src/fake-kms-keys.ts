import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';

/** Kinds of keys the fake makes, by the names of the AWS API. */
export type FakeKmsKeySpec = 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'RSA_2048' | 'SYMMETRIC_DEFAULT';
export type FakeKmsKeyUsage = 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT';

/** An exception of the AWS API, by its name. */
export class FakeKmsError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status = 400) {
    super(`${type} of the fake key service`);
    this.name = 'FakeKmsError';
    this.type = type;
    this.status = status;
  }
}

export interface FakeKmsKey {
  readonly id: string;
  readonly spec: FakeKmsKeySpec;
  readonly usage: FakeKmsKeyUsage;
  enabled: boolean;
  /** Of an asymmetric key. */
  readonly publicKeyDer?: Uint8Array;
  /** Of an asymmetric key. */
  readonly privateKey?: KeyObject;
  readonly publicKey?: KeyObject;
  /** Of a symmetric key, 32 bytes. */
  readonly secret?: Uint8Array;
}

export const makeFakeKmsKey = (id: string, spec: FakeKmsKeySpec, usage?: FakeKmsKeyUsage): FakeKmsKey => {
  if (spec === 'SYMMETRIC_DEFAULT') {
    return { id, spec, usage: 'ENCRYPT_DECRYPT', enabled: true, secret: randomBytes(32) };
  }
  const pair =
    spec === 'RSA_2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: spec === 'ECC_NIST_P256' ? 'P-256' : 'P-384' });
  return {
    id,
    spec,
    usage: usage ?? (spec === 'RSA_2048' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY'),
    enabled: true,
    privateKey: pair.privateKey,
    publicKey: pair.publicKey,
    publicKeyDer: pair.publicKey.export({ format: 'der', type: 'spki' }),
  };
};

/** Algorithms the AWS API lists for a key. */
export const algorithmsOf = ({ spec, usage }: FakeKmsKey): readonly string[] => {
  if (usage === 'ENCRYPT_DECRYPT') {
    return spec === 'SYMMETRIC_DEFAULT' ? ['SYMMETRIC_DEFAULT'] : ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
  }
  if (spec === 'RSA_2048') return ['RSASSA_PKCS1_V1_5_SHA_256'];
  return [spec === 'ECC_NIST_P256' ? 'ECDSA_SHA_256' : 'ECDSA_SHA_384'];
};

const requireUse = (key: FakeKmsKey, usage: FakeKmsKeyUsage, algorithm: string): void => {
  if (key.usage !== usage || !algorithmsOf(key).includes(algorithm)) {
    throw new FakeKmsError('InvalidKeyUsageException');
  }
};

/** DER integer of a big-endian number (X.690 §8.3). */
const derInteger = (bytes: Uint8Array): Buffer => {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = Buffer.from(bytes.subarray(start));
  const content = digits[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
};

/** Order of P-256, for a signature over a digest that the runtime did not hash itself. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

const inverse = (value: bigint, modulus: bigint): bigint => {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
};

/**
 * ECDSA over a digest as it is (FIPS 186-5 §6.4.1). The runtime only signs what it hashes itself, so the nonce's
 * point comes from a fresh key pair and the rest is arithmetic. Not constant in time: for tests.
 */
const signP256Digest = (privateKey: KeyObject, digest: Uint8Array): Buffer => {
  const d = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  for (;;) {
    const nonce = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const k = toNumber(Buffer.from(nonce.d ?? '', 'base64url'));
    const r = toNumber(Buffer.from(nonce.x ?? '', 'base64url')) % P256_ORDER;
    const s = (inverse(k, P256_ORDER) * (toNumber(digest) + r * d)) % P256_ORDER;
    if (r === 0n || s === 0n) continue;
    const content = Buffer.concat([derInteger(toBytes(r)), derInteger(toBytes(s))]);
    return Buffer.concat([Buffer.from([0x30, content.length]), content]);
  }
};

/** DER signature, as the API answers it. */
export const signWithFakeKey = (
  key: FakeKmsKey,
  algorithm: string,
  messageType: string,
  message: Uint8Array,
): Uint8Array => {
  requireUse(key, 'SIGN_VERIFY', algorithm);
  if (messageType !== 'DIGEST') {
    return sign(algorithm.endsWith('384') ? 'sha384' : 'sha256', message, key.privateKey!);
  }
  if (key.spec !== 'ECC_NIST_P256' || message.length !== 32) throw new FakeKmsError('ValidationException');
  return signP256Digest(key.privateKey!, message);
};

/** The context as additional data: names in order, so that two orders are one context. */
const aadOf = (context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;

/** Ciphertext that names its key in its first 36 characters, as the API's names its own. */
export const encryptWithFakeKey = (
  key: FakeKmsKey,
  algorithm: string,
  plaintext: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array => {
  requireUse(key, 'ENCRYPT_DECRYPT', algorithm);
  if (!key.secret) return publicEncrypt({ key: key.publicKey!, ...oaep }, plaintext);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(aadOf(context));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), nonce, sealed, cipher.getAuthTag()]);
};

export const decryptWithFakeKey = (
  key: FakeKmsKey,
  algorithm: string,
  ciphertext: Uint8Array,
  context: Readonly<Record<string, string>>,
): Uint8Array => {
  requireUse(key, 'ENCRYPT_DECRYPT', algorithm);
  try {
    if (!key.secret) return privateDecrypt({ key: key.privateKey!, ...oaep }, ciphertext);
    const decipher = createDecipheriv('aes-256-gcm', key.secret, ciphertext.subarray(36, 48));
    decipher.setAAD(aadOf(context)).setAuthTag(ciphertext.subarray(-16));
    return Buffer.concat([decipher.update(ciphertext.subarray(48, -16)), decipher.final()]);
  } catch {
    throw new FakeKmsError('InvalidCiphertextException');
  }
};
