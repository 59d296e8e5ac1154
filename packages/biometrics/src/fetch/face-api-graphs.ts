import { OnnxWriter } from '../onnx/onnx-writer.ts';
import type { TfjsTensor } from './face-api-weights.ts';

type Weights = ReadonlyMap<string, TfjsTensor>;

/** A value in the graph: its name and its channels. */
interface Value {
  readonly name: string;
  readonly channels: number;
}

const tensor = (weights: Weights, name: string): TfjsTensor => {
  const found = weights.get(name);
  if (found === undefined) throw new RangeError(`weights lack ${name}`);
  return found;
};

/** Convolution kernel from (height, width, in, out) to (out, in, height, width), each output scaled. */
const kernelToOnnx = ({ shape, values }: TfjsTensor, scale?: Float32Array): TfjsTensor => {
  const [height, width, inputs, outputs] = shape;
  const turned = new Float32Array(values.length);
  let target = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          turned[target++] = values[((y * width + x) * inputs + i) * outputs + o] * (scale?.[o] ?? 1);
        }
      }
    }
  }
  return { shape: [outputs, inputs, height, width], values: turned };
};

interface ConvolutionOptions {
  readonly stride: 1 | 2;
  /** Rows and columns of zeros: top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly group?: number;
}

const SAME: ConvolutionOptions = { stride: 1, pads: [1, 1, 1, 1] };
const VALID_DOWN: ConvolutionOptions = { stride: 2, pads: [0, 0, 0, 0] };
/** "same" of TensorFlow for stride 2 and an even side: the odd zero goes to the end. */
const SAME_DOWN: ConvolutionOptions = { stride: 2, pads: [0, 0, 1, 1] };
const POINTWISE: ConvolutionOptions = { stride: 1, pads: [0, 0, 0, 0] };

const convolve = (
  onnx: OnnxWriter,
  input: string,
  kernel: TfjsTensor,
  bias: Float32Array | undefined,
  { stride, pads, group = 1 }: ConvolutionOptions,
): Value => {
  const [outputs, , height, width] = kernel.shape;
  const constants = [onnx.floats(kernel.shape, kernel.values)];
  if (bias) constants.push(onnx.floats([outputs], bias));
  const attributes = { kernel_shape: [height, width], strides: [stride, stride], pads, group };
  return { name: onnx.node('Conv', [input, ...constants], attributes), channels: outputs };
};

/** Convolution and the scale layer after it, as one convolution. */
const scaledConvolution = (
  onnx: OnnxWriter,
  weights: Weights,
  prefix: string,
  input: string,
  options: ConvolutionOptions,
): Value => {
  const scale = tensor(weights, `${prefix}/scale/weights`).values;
  const offset = tensor(weights, `${prefix}/scale/biases`).values;
  const bias = tensor(weights, `${prefix}/conv/bias`).values;
  const fused = bias.map((value, i) => value * scale[i] + offset[i]);
  return convolve(
    onnx,
    input,
    kernelToOnnx(tensor(weights, `${prefix}/conv/filters`), scale),
    fused,
    options,
  );
};

const residual = (onnx: OnnxWriter, weights: Weights, prefix: string, input: Value): Value => {
  const first = scaledConvolution(onnx, weights, `${prefix}/conv1`, input.name, SAME);
  const second = scaledConvolution(onnx, weights, `${prefix}/conv2`, onnx.node('Relu', [first.name]), SAME);
  const sum = onnx.node('Add', [second.name, input.name]);
  return { name: onnx.node('Relu', [sum]), channels: input.channels };
};

/** `grow`: the pooled side is one longer than the convolved one, which gets a row and a column of zeros. */
const residualDown = (
  onnx: OnnxWriter,
  weights: Weights,
  prefix: string,
  input: Value,
  grow: boolean,
): Value => {
  const first = scaledConvolution(onnx, weights, `${prefix}/conv1`, input.name, VALID_DOWN);
  const second = scaledConvolution(onnx, weights, `${prefix}/conv2`, onnx.node('Relu', [first.name]), SAME);
  const convolved = grow
    ? onnx.node('Pad', [second.name, onnx.integers([0, 0, 0, 0, 0, 0, 1, 1])])
    : second.name;
  let pooled = onnx.node('AveragePool', [input.name], { kernel_shape: [2, 2], strides: [2, 2] });
  const missing = second.channels - input.channels;
  if (missing > 0) pooled = onnx.node('Pad', [pooled, onnx.integers([0, 0, 0, 0, 0, missing, 0, 0])]);
  const sum = onnx.node('Add', [pooled, convolved]);
  return { name: onnx.node('Relu', [sum]), channels: second.channels };
};

/** The dlib face recognition ResNet as face-api ships it: (RGB - mean) / 255, 150x150, to 128 numbers. */
export const faceApiRecognitionGraph = (weights: Weights): Uint8Array => {
  const onnx = new OnnxWriter();
  const stem = scaledConvolution(onnx, weights, 'conv32_down', 'input', VALID_DOWN);
  const pooled = onnx.node('MaxPool', [onnx.node('Relu', [stem.name])], {
    kernel_shape: [3, 3],
    strides: [2, 2],
  });
  let value: Value = { name: pooled, channels: stem.channels };
  const layers = [
    ...['conv32_1', 'conv32_2', 'conv32_3'],
    ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
    ...['conv128_down', 'conv128_1', 'conv128_2'],
    ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
  ];
  // Sides: 35, 17, 8, then 3 against 4 pooled, and 1 against 2 pooled.
  const growing = ['conv256_down', 'conv256_down_out'];
  for (const layer of layers) {
    value = layer.includes('down')
      ? residualDown(onnx, weights, layer, value, growing.includes(layer))
      : residual(onnx, weights, layer, value);
  }
  const flat = onnx.node('Flatten', [onnx.node('GlobalAveragePool', [value.name])], { axis: 1 });
  const fc = tensor(weights, 'fc');
  const output = onnx.node('MatMul', [flat, onnx.floats(fc.shape, fc.values)]);
  return onnx.model([1, 3, 150, 150], output, [1, 128]);
};

/** Depthwise, then pointwise convolution with the bias. */
const separableConvolution = (
  onnx: OnnxWriter,
  weights: Weights,
  prefix: string,
  input: Value,
  options: ConvolutionOptions,
): Value => {
  const depthwise = tensor(weights, `${prefix}/depthwise_filter`);
  const [height, width, channels] = depthwise.shape;
  // One input per group: (height, width, channels, 1) read as (height, width, 1, channels).
  const kernel = kernelToOnnx({ shape: [height, width, 1, channels], values: depthwise.values });
  const filtered = convolve(onnx, input.name, kernel, undefined, { ...options, group: channels });
  const mix = kernelToOnnx(tensor(weights, `${prefix}/pointwise_filter`));
  return convolve(onnx, filtered.name, mix, tensor(weights, `${prefix}/bias`).values, POINTWISE);
};

/** Four convolutions, each fed the sum of all before it. */
const denseBlock = (onnx: OnnxWriter, weights: Weights, prefix: string, input: Value): Value => {
  const first = weights.has(`${prefix}/conv0/filters`)
    ? convolve(
        onnx,
        input.name,
        kernelToOnnx(tensor(weights, `${prefix}/conv0/filters`)),
        tensor(weights, `${prefix}/conv0/bias`).values,
        SAME_DOWN,
      )
    : separableConvolution(onnx, weights, `${prefix}/conv0`, input, SAME_DOWN);
  let value: Value = { name: onnx.node('Relu', [first.name]), channels: first.channels };
  let sum = value.name;
  for (const layer of ['conv1', 'conv2', 'conv3']) {
    const next = separableConvolution(onnx, weights, `${prefix}/${layer}`, value, SAME);
    sum = onnx.node('Add', [sum, next.name]);
    value = { name: onnx.node('Relu', [sum]), channels: next.channels };
  }
  return value;
};

/** The 68-point network of face-api: (RGB - mean) / 255, 112x112, to 136 coordinates relative to the square. */
export const faceApiLandmarksGraph = (weights: Weights): Uint8Array => {
  const onnx = new OnnxWriter();
  let value: Value = { name: 'input', channels: 3 };
  for (const block of ['dense0', 'dense1', 'dense2', 'dense3'])
    value = denseBlock(onnx, weights, block, value);
  const pooled = onnx.node('AveragePool', [value.name], { kernel_shape: [7, 7], strides: [2, 2] });
  const flat = onnx.node('Flatten', [pooled], { axis: 1 });
  const fc = tensor(weights, 'fc/weights');
  const product = onnx.node('MatMul', [flat, onnx.floats(fc.shape, fc.values)]);
  const output = onnx.node('Add', [product, onnx.floats([1, 136], tensor(weights, 'fc/bias').values)]);
  return onnx.model([1, 3, 112, 112], output, [1, 136]);
};
