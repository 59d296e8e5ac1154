import { type ProtobufField, protobufFields, varintValue } from './protobuf-reader.ts';

// Field numbers of onnx.proto (IR version 3 and later).
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE_TENSOR = 5;
const TENSOR_DATA_TYPE = 2;
const TENSOR_FLOAT_DATA = 4;
const TENSOR_RAW_DATA = 9;
const DATA_TYPE_FLOAT = 1;

/** Weights below this add nothing a float32 sum keeps, but their products may be denormal. */
const LEAST_WEIGHT = 1e-15;

const flushWords = (view: DataView, field: ProtobufField): number => {
  let flushed = 0;
  for (let at = field.start; at + 4 <= field.end; at += 4) {
    const weight = view.getFloat32(at, true);
    if (weight !== 0 && Math.abs(weight) < LEAST_WEIGHT) {
      view.setUint32(at, 0, true);
      flushed++;
    }
  }
  return flushed;
};

const flushTensor = (bytes: Uint8Array, view: DataView, tensor: ProtobufField): number => {
  const fields = [...protobufFields(bytes, tensor.start, tensor.end)];
  const type = fields.find((field) => field.number === TENSOR_DATA_TYPE);
  if (type === undefined || varintValue(bytes, type) !== DATA_TYPE_FLOAT) return 0;
  let flushed = 0;
  for (const field of fields) {
    const holdsFloats = field.number === TENSOR_RAW_DATA || field.number === TENSOR_FLOAT_DATA;
    if (holdsFloats && field.wireType === 2) flushed += flushWords(view, field);
  }
  return flushed;
};

/**
 * Sets every float32 weight of an ONNX model below 1e-15 to zero, in place, and returns how many there were. Such
 * weights are left over from training and change no output, but they or their products are denormal numbers, which
 * many processors compute an order of magnitude slower.
 */
export const flushTinyWeights = (model: Uint8Array): number => {
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength);
  let flushed = 0;
  const within = (parent: ProtobufField, number: number): ProtobufField[] =>
    [...protobufFields(model, parent.start, parent.end)].filter((field) => field.number === number);
  for (const graph of protobufFields(model)) {
    if (graph.number !== MODEL_GRAPH) continue;
    for (const tensor of within(graph, GRAPH_INITIALIZER)) flushed += flushTensor(model, view, tensor);
    for (const node of within(graph, GRAPH_NODE)) {
      for (const attribute of within(node, NODE_ATTRIBUTE)) {
        for (const tensor of within(attribute, ATTRIBUTE_TENSOR)) flushed += flushTensor(model, view, tensor);
      }
    }
  }
  return flushed;
};
