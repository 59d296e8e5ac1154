import { bytesToHex, concatBytes, utf8ToBytes } from '@openrecognize/bytes';
import type { CryptoSuite } from '../suite/crypto-suite.ts';

const upperHex = (bytes: Uint8Array): string => bytesToHex(bytes).toUpperCase();

/**
 * Device id: the first 16 bytes of SHA-256 over the device's P-256 SubjectPublicKeyInfo, upper-case hex
 * (spec 04 ZK-1). The id names its key, so nobody has to look a key up to check a signature.
 */
export const deriveDeviceId = (suite: CryptoSuite, publicSigningKey: Uint8Array): string =>
  upperHex(suite.sha256(publicSigningKey).subarray(0, 16));

/**
 * User id (keylessId): SHA-256 over a label and the SubjectPublicKeyInfo of the user's first device, upper-case
 * hex (spec 04 ZK-1). Only the holder of that key can enroll under the id.
 */
export const deriveUserId = (suite: CryptoSuite, firstPublicSigningKey: Uint8Array): string =>
  upperHex(suite.sha256(concatBytes(utf8ToBytes('openrecognize/zkb/v1 user'), firstPublicSigningKey)));
