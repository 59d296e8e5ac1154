// Reads the float tensors of an ONNX file: ModelProto.graph (7) -> GraphProto.initializer (5) -> TensorProto (dims 1,
// data_type 2, name 8, raw_data 9), in protobuf encoding.

/** @returns {Map<string, { dims: number[], values: Float32Array }>} */
export function initializersOf(bytes) {
  const tensors = new Map();
  for (const graph of messages(bytes, 7)) {
    for (const tensor of messages(graph, 5)) {
      const fields = [...fieldsOf(tensor)];
      const type = fields.find(({ number }) => number === 2)?.value;
      const raw = fields.find(({ number }) => number === 9)?.bytes;
      if (type !== 1 || !raw) continue;
      const name = new TextDecoder().decode(fields.find(({ number }) => number === 8)?.bytes);
      const dims = fields.filter(({ number }) => number === 1).flatMap(integersOf);
      tensors.set(name, { dims, values: new Float32Array(new Uint8Array(raw).buffer) });
    }
  }
  return tensors;
}

const messages = (bytes, number) =>
  [...fieldsOf(bytes)].filter((field) => field.number === number && field.bytes).map((field) => field.bytes);

/** Repeated integers come one by one or packed. */
const integersOf = ({ value, bytes }) => {
  if (!bytes) return [value];
  const integers = [];
  for (let at = 0; at < bytes.length; ) {
    const read = varint(bytes, at);
    integers.push(read.value);
    at = read.next;
  }
  return integers;
};

function* fieldsOf(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const key = varint(bytes, at);
    const number = Math.floor(key.value / 8);
    const wireType = key.value % 8;
    at = key.next;
    if (wireType === 0) {
      const { value, next } = varint(bytes, at);
      at = next;
      yield { number, value };
      continue;
    }
    const size = wireType === 2 ? varint(bytes, at) : { value: wireType === 1 ? 8 : 4, next: at };
    at = size.next + size.value;
    if (at > bytes.length) throw new Error('the ONNX file is cut off');
    yield { number, bytes: bytes.subarray(size.next, at) };
  }
}

function varint(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('the ONNX file is cut off');
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: at };
  }
}
