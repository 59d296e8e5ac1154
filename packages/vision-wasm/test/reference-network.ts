import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const MODELS =
  process.env['OPENRECOGNIZE_MODELS_DIR'] ?? fileURLToPath(new URL('../../../models', import.meta.url));
const SIDE = 128;

/** The published network in ONNX Runtime, and the layout of the outputs the module's planes hold. */
export interface ReferenceNetwork {
  /** 128 x 128 RGB, -1..1, to planes as in the module: scores of every anchor of a cell, then their boxes. */
  run(input: Float32Array): Promise<{ readonly head16: Float32Array; readonly head8: Float32Array }>;
}

export async function loadReferenceNetwork(): Promise<ReferenceNetwork> {
  const session = await InferenceSession.create(`${MODELS}/face_detection_front_128x128_barracuda.onnx`, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    async run(input) {
      const outputs = await session.run({ 'input:0': new Tensor('float32', input, [1, SIDE, SIDE, 3]) });
      const read = (name: string) => outputs[name].data as Float32Array;
      return {
        head16: planesOf(read('Identity:0'), read('Identity_2:0'), 256, 2),
        head8: planesOf(read('Identity_1:0'), read('Identity_3:0'), 64, 6),
      };
    },
  };
}

function planesOf(scores: Float32Array, boxes: Float32Array, cells: number, anchors: number): Float32Array {
  const planes = new Float32Array(17 * anchors * cells);
  for (let cell = 0; cell < cells; cell++) {
    for (let a = 0; a < anchors; a++) planes[a * cells + cell] = scores[cell * anchors + a];
    for (let v = 0; v < 16 * anchors; v++) {
      planes[(anchors + v) * cells + cell] = boxes[cell * 16 * anchors + v];
    }
  }
  return planes;
}
