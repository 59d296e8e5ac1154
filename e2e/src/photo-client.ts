import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nonce, AES-256-GCM ciphertext, tag. */
export const sealContent = (key: Uint8Array, plaintext: Uint8Array): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

/** The text in what `sealContent` or the service made. */
export const openContent = (key: Uint8Array, sealed: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return (
    decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  );
};

/**
 * An integrator's server that talks to the authentication-service: encrypts photos, asks for client states.
 *
 * @param baseUrl of the authentication-service
 */
export const createPhotoClient = async (baseUrl: string, customer: string, secretApiKey: string) => {
  const answer = await fetch(`${baseUrl}/v1/image-encryption-key`);
  const { keyId, publicKey } = (await answer.json()) as { keyId: string; publicKey: string };
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const wrap = (aesKey: Uint8Array): string =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, aesKey).toString(
      'hex',
    );
  const keyHeaders = {
    'kl-api-key': secretApiKey,
    'kl-key-id': keyId,
    'kl-key-algorithm': 'RSAES-OAEP-SHA-256',
  };
  const imageHeaders = (aesKey: Uint8Array) => ({
    ...keyHeaders,
    'kl-image-key': wrap(aesKey),
    'kl-image-algorithm': 'AES-GCM',
    'kl-scenario': 'SELFIE',
  });
  const stateHeaders = (aesKey: Uint8Array) => ({
    ...keyHeaders,
    'kl-client-state-key': wrap(aesKey),
    'kl-client-state-algorithm': 'AES-GCM',
    'kl-client-state-type': 'BACKUP',
  });
  const post = (
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ): Promise<Response> =>
    fetch(`${baseUrl}/v1/users/${customer}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
  return {
    wrap,
    keyHeaders,
    imageHeaders,
    stateHeaders,
    post,
    /** Photo enrollment; `more` headers go over the usual ones. */
    enroll: (username: string, photo: Uint8Array, more: Readonly<Record<string, string>> = {}) => {
      const imageKey = randomBytes(32);
      return post(username, { ...imageHeaders(imageKey), ...more }, sealContent(imageKey, photo));
    },
    status: async (username: string): Promise<Response> =>
      fetch(`${baseUrl}/v1/users/${customer}/${username}`, { headers: { 'kl-api-key': secretApiKey } }),
  };
};

export type PhotoClient = Awaited<ReturnType<typeof createPhotoClient>>;
