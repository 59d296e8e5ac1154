import type { Jwk } from '@openrecognize/contracts';
import type { Static } from 'typebox';

export type PublicJwk = Static<typeof Jwk>;

/** A P-256 private key that stays where it is: in a file, a key service or a hardware module. */
export interface SigningKey {
  /** What verifies its signatures; `kid` names the key in headers. */
  readonly publicKey: PublicJwk;
  /** False while the holder of the key is known not to answer; true unless told. */
  readonly usable?: boolean;
  /**
   * ECDSA over SHA-256 of the message, IEEE P1363 form, 64 bytes.
   *
   * @param message not modified, not retained.
   * @throws whatever the holder of the key fails with, within its deadline
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
