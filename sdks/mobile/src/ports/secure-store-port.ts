/**
 * Keeps one secret record on the device, encrypted and bound to this app: a keychain item, an encrypted file. One
 * holder at a time.
 */
export interface SecureStorePort {
  /**
   * @returns what was written last, owned by the caller, who wipes it; undefined when nothing was.
   * @throws RecognizeError STORE_CORRUPT (what is there stays there), STORE_LOCKED when another process holds it.
   */
  read(): Promise<Uint8Array | undefined>;
  /**
   * Atomic and durable once resolved: after a crash `read` gives the old record or the new one.
   *
   * @param record copied or encrypted before the promise resolves.
   */
  write(record: Uint8Array): Promise<void>;
  /** Removes the record; one that could not be read back is set aside instead. */
  clear(): Promise<void>;
  /** Lets another process have the store. */
  close(): Promise<void>;
}
