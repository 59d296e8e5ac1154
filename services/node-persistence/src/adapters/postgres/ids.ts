/** Upper-case hex of the wire as the bytes of a column. */
export const idToBytes = (id: string): Buffer => Buffer.from(id, 'hex');

export const idFromBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();

/** A property for an object literal, or nothing where the column is NULL. */
export const present = <Name extends string, Value>(
  name: Name,
  value: Value | null,
): { readonly [N in Name]?: Value } =>
  value === null ? {} : ({ [name]: value } as { readonly [N in Name]?: Value });
