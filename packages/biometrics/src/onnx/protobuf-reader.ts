/** One field of a protobuf message: number, wire type, and where its payload lies. */
export interface ProtobufField {
  readonly number: number;
  /** 0 varint, 1 fixed 64, 2 length-delimited, 5 fixed 32. */
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

const readVarint = (bytes: Uint8Array, at: number): Varint => {
  let value = 0;
  let factor = 1;
  for (let next = at; next < bytes.length && next < at + 10; ) {
    const byte = bytes[next++];
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next };
    factor *= 128;
  }
  throw new RangeError('protobuf: bad varint');
};

/** Fields of the message in `bytes[start, end)` in order (protobuf encoding, wire types 0, 1, 2 and 5). */
export function* protobufFields(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): Generator<ProtobufField, void, undefined> {
  for (let at = start; at < end; ) {
    const key = readVarint(bytes, at);
    const wireType = key.value % 8;
    const number = Math.floor(key.value / 8);
    let from = key.next;
    let to: number;
    if (wireType === 0) to = readVarint(bytes, from).next;
    else if (wireType === 1) to = from + 8;
    else if (wireType === 5) to = from + 4;
    else if (wireType === 2) {
      const length = readVarint(bytes, from);
      from = length.next;
      to = from + length.value;
    } else throw new RangeError('protobuf: unknown wire type');
    if (to > end) throw new RangeError('protobuf: field beyond its message');
    yield { number, wireType, start: from, end: to };
    at = to;
  }
}

/** Value of a varint field. */
export const varintValue = (bytes: Uint8Array, field: ProtobufField): number =>
  readVarint(bytes, field.start).value;
