import type { CryptoSuite } from '../suite/crypto-suite.ts';

/**
 * Hash of a match label (spec 04 ZK-8): the only thing the vault knows of a circuit. The label has 128 bits of
 * entropy, so the hash gives no way back to it.
 *
 * @param label 16 bytes.
 * @returns 32 bytes owned by the caller.
 */
export const matchTokenOf = (suite: CryptoSuite, label: Uint8Array): Uint8Array => suite.sha256(label);
