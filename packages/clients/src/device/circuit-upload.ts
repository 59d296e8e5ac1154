import { wipe } from '@openrecognize/bytes';
import { type BatchedCircuit, encodeCircuitBatch, maxBatchCircuits } from '@openrecognize/zkb/messages';

/** What the server holds after an upload. */
export interface UploadAnswer {
  readonly stock: number;
}

/** Erases circuits that left or never will: their payloads carry the hash keys (spec 04 ZK-5). */
export const wipeCircuits = (circuits: readonly BatchedCircuit[]): void => {
  for (const { payload, tokenHash } of circuits) wipe(payload, ...(tokenHash ? [tokenHash] : []));
};

/**
 * Sends circuits in batches of at most 64, one after the other, and erases each batch once it was accepted.
 *
 * @returns stock after the last batch; undefined for no circuits.
 */
export const uploadInBatches = async (
  circuits: readonly BatchedCircuit[],
  upload: (batch: Uint8Array) => Promise<UploadAnswer>,
): Promise<number | undefined> => {
  let stock: number | undefined;
  for (let start = 0; start < circuits.length; start += maxBatchCircuits) {
    const part = circuits.slice(start, start + maxBatchCircuits);
    const batch = encodeCircuitBatch({ circuits: part });
    try {
      stock = (await upload(batch)).stock;
    } finally {
      wipe(batch);
    }
    wipeCircuits(part);
  }
  return stock;
};
