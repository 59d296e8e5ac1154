import { bytesField, messageField, type ProtobufPart, stringField, varintField } from './protobuf-writer.ts';

// Field numbers and enum values of onnx.proto; operators of opset 13.
const IR_VERSION = 8;
const OPSET = 13;
const DATA_TYPE_FLOAT = 1;
const DATA_TYPE_INT64 = 7;
const ATTRIBUTE_TYPE_INT = 2;
const ATTRIBUTE_TYPE_INTS = 7;

/** An attribute of a node: an integer or a list of integers, none negative. */
export type OnnxAttribute = number | readonly number[];

const attributeParts = (name: string, value: OnnxAttribute): ProtobufPart[] => {
  const isList = typeof value !== 'number';
  const numbers = isList ? value.map((each) => varintField(8, each)) : [varintField(3, value)];
  return [
    stringField(1, name),
    ...numbers,
    varintField(20, isList ? ATTRIBUTE_TYPE_INTS : ATTRIBUTE_TYPE_INT),
  ];
};

const littleEndianFloats = (values: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
};

const valueInfo = (number: number, name: string, dims: readonly number[]): ProtobufPart => {
  const shape = dims.map((dim) => messageField(1, [varintField(1, dim)]));
  const tensorType = [varintField(1, DATA_TYPE_FLOAT), messageField(2, shape)];
  return messageField(number, [stringField(1, name), messageField(2, [messageField(1, tensorType)])]);
};

/** Builds an ONNX model node by node; every method that adds a node returns the name of its output. */
export class OnnxWriter {
  readonly #nodes: ProtobufPart[] = [];
  readonly #initializers: ProtobufPart[] = [];
  #names = 0;

  /** Adds an operator of the standard domain. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const output = this.#name(op);
    this.#nodes.push(
      messageField(1, [
        ...inputs.map((input) => stringField(1, input)),
        stringField(2, output),
        stringField(4, op),
        ...Object.entries(attributes).map(([name, value]) => messageField(5, attributeParts(name, value))),
      ]),
    );
    return output;
  }

  /** Adds constant floats. */
  floats(dims: readonly number[], values: Float32Array): string {
    return this.#tensor(dims, DATA_TYPE_FLOAT, littleEndianFloats(values));
  }

  /** Adds constant non-negative 64-bit integers in a row. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setBigUint64(8 * i, BigInt(value), true);
    });
    return this.#tensor([values.length], DATA_TYPE_INT64, bytes);
  }

  /** The finished model with one input called `input` and one output. */
  model(inputDims: readonly number[], output: string, outputDims: readonly number[]): Uint8Array {
    const graph = [
      ...this.#nodes,
      stringField(2, 'graph'),
      ...this.#initializers,
      valueInfo(11, 'input', inputDims),
      valueInfo(12, output, outputDims),
    ];
    return Buffer.concat([
      varintField(1, IR_VERSION),
      stringField(2, 'OpenRecognize'),
      messageField(7, graph),
      messageField(8, [varintField(2, OPSET)]),
    ]);
  }

  #tensor(dims: readonly number[], type: number, raw: Uint8Array): string {
    const name = this.#name('tensor');
    const shape = dims.map((dim) => varintField(1, dim));
    this.#initializers.push(
      messageField(5, [...shape, varintField(2, type), stringField(8, name), bytesField(9, raw)]),
    );
    return name;
  }

  #name(kind: string): string {
    return `${kind}_${this.#names++}`;
  }
}
