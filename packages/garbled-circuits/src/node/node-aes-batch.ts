import { createCipheriv } from 'node:crypto';
import type { AesBatchFactory } from '../aes-batch.ts';

/**
 * AES through `node:crypto` (OpenSSL, hardware AES where there is one). Making a cipher costs as much as
 * encrypting some thousand blocks, so there is one per circuit, fed once per layer.
 */
export const nodeAesBatch: AesBatchFactory = {
  name: 'node-aes',
  create(key) {
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    return {
      encryptBlocks(input, output, blockCount) {
        const encrypted = cipher.update(input.subarray(0, 16 * blockCount));
        output.set(encrypted);
        // A garbler's encrypted blocks and the public hash key give its labels away.
        encrypted.fill(0);
      },
      dispose() {
        cipher.final();
      },
    };
  },
};
