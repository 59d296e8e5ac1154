import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

/** Tokens that tell the replica they came from, and nobody else where that is (spec 07 §10). */
export interface PeerTokens {
  /** @param secret 32 fresh random bytes. */
  issue(secret: Uint8Array): string;
  /**
   * Address of the other replica that gave a token out. Undefined for own tokens, and for any that is altered, made up
   * or too old: none of them is to be forwarded.
   */
  locate(token: string): string | undefined;
}

export interface PeerTokensOptions {
  /** Secret all replicas share. */
  readonly serviceKey: string;
  /** As `parsePeerAddress` gives it. */
  readonly ownAddress: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const secretBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const timeBytes = 4;
/** Longer than any session lasts with all its transfers; an address may belong to another pod by then. */
const lifetimeSeconds = 3_600;
/** Clocks of two machines. */
const skewSeconds = 60;

/** `openrecognize/web-session/v1` and a purpose: no key serves two. */
export const peerKey = (serviceKey: string, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', serviceKey, '', `openrecognize/web-session/v1 ${purpose}`, 32));

/**
 * Tokens whose second part is issue time and address under AES-256-GCM. The secret, fresh for each token, gives the nonce
 * and is authenticated with it, so that no address can be moved to another token (spec 07 WS-14).
 */
export const createPeerTokens = ({ serviceKey, ownAddress, now }: PeerTokensOptions): PeerTokens => {
  const key = peerKey(serviceKey, 'token address');
  const seconds = (): number => Math.floor(now() / 1_000);

  const open = (secret: Buffer, sealed: Buffer): Buffer | undefined => {
    const decipher = createDecipheriv('aes-256-gcm', key, secret.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(secret);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const opened = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return opened;
  };

  return {
    issue: (secret) => {
      const plain = Buffer.alloc(timeBytes + Buffer.byteLength(ownAddress));
      plain.writeUInt32BE(seconds());
      plain.write(ownAddress, timeBytes);
      const cipher = createCipheriv('aes-256-gcm', key, secret.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      cipher.setAAD(secret);
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return `${Buffer.from(secret).toString('base64url')}.${sealed.toString('base64url')}`;
    },
    locate: (token) => {
      const [first = '', second = ''] = token.split('.');
      const secret = Buffer.from(first, 'base64url');
      const sealed = Buffer.from(second, 'base64url');
      if (secret.length !== secretBytes || sealed.length <= tagBytes + timeBytes) return undefined;
      const plain = open(secret, sealed);
      if (plain === undefined) return undefined;
      const ageSeconds = seconds() - plain.readUInt32BE();
      if (ageSeconds > lifetimeSeconds || ageSeconds < -skewSeconds) return undefined;
      const address = plain.toString('utf8', timeBytes);
      return address === ownAddress ? undefined : address;
    },
  };
};
