// Packs the detector's weights from its ONNX file in the order the WebAssembly module reads them (assembly/geometry.ts),
// as half floats: all weights of the published file are half floats already, which is checked.
import { initializersOf } from './onnx-initializers.mjs';

const PREFIX = 'StatefulPartitionedCall/functional_1/';
const BLOCKS = 16;
const LANES = 4;

const roundUp = (count) => Math.ceil(count / LANES) * LANES;

/** `vision.data`: 16 bytes of header (`ORVD`, version, count, checksum), then half floats, little-endian. */
export function packWeights(onnx) {
  const tensors = initializersOf(onnx);
  const tensor = (name, role) => {
    const found = tensors.get(`${PREFIX}${name}/${role}/ReadVariableOp:0`);
    if (!found) throw new Error(`no ${name}/${role}: not the short-range detector`);
    return found;
  };
  const conv = (name) => ({ kernel: tensor(name, 'Conv2D'), bias: tensor(name, 'BiasAdd').values });
  const numbered = (name, i) => (i === 0 ? name : `${name}_${i}`);

  const values = [...stem(conv('conv2d'))];
  for (let i = 1; i <= BLOCKS; i++) {
    values.push(...depthwise(tensor(numbered('depthwise_conv2d', i - 1), 'depthwise')));
    values.push(...pointwise([conv(numbered('conv2d', i))]));
  }
  // Scores and boxes of the 16x16 grid, then of the 8x8 grid.
  values.push(...pointwise([conv('conv2d_17'), conv('conv2d_19')]));
  values.push(...pointwise([conv('conv2d_18'), conv('conv2d_20')]));
  return fileOf(values);
}

/** Taps in the order row, column, channel; the file has channel, row, column. */
function stem({ kernel, bias }) {
  const [outputs, channels, rows, columns] = kernel.dims;
  const inputs = rows * columns * channels;
  const values = new Float32Array(outputs * inputs);
  for (let o = 0; o < outputs; o++) {
    for (let tap = 0; tap < rows * columns; tap++) {
      for (let c = 0; c < channels; c++) {
        values[o * inputs + tap * channels + c] = kernel.values[(o * channels + c) * rows * columns + tap];
      }
    }
  }
  return pointwise([{ kernel: { dims: [outputs, inputs], values }, bias }], inputs);
}

function depthwise({ dims, values }) {
  return [...values, ...new Array(9 * (roundUp(dims[0]) - dims[0])).fill(0)];
}

/** For every 4 outputs: 4 weights of each input. All biases follow. Several convolutions stand side by side. */
function pointwise(convolutions, paddedInputs = roundUp(convolutions[0].kernel.dims[1])) {
  const inputs = convolutions[0].kernel.dims[1];
  const rows = convolutions.flatMap(({ kernel }) =>
    Array.from({ length: kernel.dims[0] }, (_, o) => kernel.values.subarray(o * inputs, (o + 1) * inputs)),
  );
  const biases = convolutions.flatMap(({ bias }) => [...bias]);
  const packed = [];
  for (let o = 0; o < rows.length; o += LANES) {
    for (let c = 0; c < paddedInputs; c++) {
      for (let lane = 0; lane < LANES; lane++) packed.push(rows[o + lane]?.[c] ?? 0);
    }
  }
  while (biases.length < roundUp(rows.length)) biases.push(0);
  return [...packed, ...biases];
}

function fileOf(values) {
  const file = new Uint8Array(16 + 2 * values.length);
  const view = new DataView(file.buffer);
  file.set([0x4f, 0x52, 0x56, 0x44]);
  view.setUint32(4, 1, true);
  view.setUint32(8, values.length, true);
  values.forEach((value, i) => {
    const half = halfOf(value);
    view.setUint16(16 + 2 * i, half, true);
  });
  let checksum = 0x811c9dc5;
  for (let i = 16; i < file.length; i++) checksum = Math.imul(checksum ^ file[i], 0x01000193);
  view.setUint32(12, checksum >>> 0, true);
  return file;
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** Bits of a value that is a half float. */
function halfOf(value) {
  single[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  // Below 2^-14 a half float counts steps of 2^-24.
  const half = magnitude < 2 ** -14 ? magnitude * 2 ** 24 : ((bits[0] & 0x7fffffff) - (112 << 23)) / 8192;
  if (!Number.isInteger(half) || half >= 0x7c00) throw new Error('a weight is no half float');
  return sign | half;
}
