/** The secure store could not be read or written, e.g. for want of space or rights. */
export class LocalStoreError extends Error {
  override readonly name = 'LocalStoreError';
}
