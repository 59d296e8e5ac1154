/**
 * Overwrites the arrays with zeros. Best effort: copies the engine or a collector made earlier are out of
 * reach, so a secret lives in as few buffers as possible.
 */
export function wipe(...arrays: readonly (Uint8Array | Uint32Array | Int32Array | BigUint64Array)[]): void {
  for (const array of arrays) {
    if (array instanceof BigUint64Array) array.fill(0n);
    else array.fill(0);
  }
}
