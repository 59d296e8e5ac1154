/** Part of a protobuf message, encoded. */
export type ProtobufPart = Uint8Array;

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
};

const key = (number: number, wireType: number): number[] => varint(number * 8 + wireType);

/** A varint field; the value is a non-negative integer. */
export const varintField = (number: number, value: number): ProtobufPart =>
  Uint8Array.from([...key(number, 0), ...varint(value)]);

/** A length-delimited field of bytes. */
export const bytesField = (number: number, bytes: Uint8Array): ProtobufPart => {
  const head = [...key(number, 2), ...varint(bytes.length)];
  const field = new Uint8Array(head.length + bytes.length);
  field.set(head);
  field.set(bytes, head.length);
  return field;
};

/** A length-delimited field of text. */
export const stringField = (number: number, text: string): ProtobufPart =>
  bytesField(number, new TextEncoder().encode(text));

/** A nested message. */
export const messageField = (number: number, parts: readonly ProtobufPart[]): ProtobufPart =>
  bytesField(number, Buffer.concat(parts));
