import { toPlanes } from '../image/pixels.ts';
import type { Box, RgbImage } from '../image/rgb-image.ts';
import { cropResize } from '../image/sample.ts';
import type { Network } from '../runtime/inference-runtime.ts';

const WIDTH = 320;
const HEIGHT = 240;
const MIN_SCORE = 0.65;
const MEAN = [127, 127, 127] as const;
const SCALE = [1 / 128, 1 / 128, 1 / 128] as const;
/** Box regression variances of SSD (arXiv:1512.02325). */
const CENTRE_VARIANCE = 0.1;
const SIZE_VARIANCE = 0.2;
const ANCHOR_LAYERS = [
  { step: 8, sizes: [10, 16, 24] },
  { step: 16, sizes: [32, 48] },
  { step: 32, sizes: [64, 96] },
  { step: 64, sizes: [128, 192, 256] },
] as const;

/** Anchors as centre and size relative to the frame, four numbers each, in the network's order. */
const buildAnchors = (): Float32Array => {
  const anchors: number[] = [];
  for (const { step, sizes } of ANCHOR_LAYERS) {
    for (let y = 0; y < Math.ceil(HEIGHT / step); y++) {
      for (let x = 0; x < Math.ceil(WIDTH / step); x++) {
        for (const size of sizes) {
          anchors.push(((x + 0.5) * step) / WIDTH, ((y + 0.5) * step) / HEIGHT, size / WIDTH, size / HEIGHT);
        }
      }
    }
  }
  return Float32Array.from(anchors);
};

/** The detector whose boxes the liveness network was trained on. */
export interface LivenessDetector {
  /** Box of the best-scoring face, in pixels of the picture, or undefined. */
  detect(image: RgbImage): Promise<Box | undefined>;
}

/** UltraFace 320: the frame stretched to 320x240. */
export const createUltraFace = (network: Network): LivenessDetector => {
  const rgb = new Float32Array(3 * WIDTH * HEIGHT);
  const input = new Float32Array(3 * WIDTH * HEIGHT);
  const anchors = buildAnchors();
  return {
    detect: async (image) => {
      const frame = { x: 0, y: 0, width: image.width, height: image.height };
      cropResize(image, frame, WIDTH, HEIGHT, rgb, 'nearest');
      toPlanes(rgb, 'RGB', MEAN, SCALE, input);
      const outputs = await network.run(input, [1, 3, HEIGHT, WIDTH]);
      rgb.fill(0);
      input.fill(0);
      const scores = outputs.get('scores')!;
      const offsets = outputs.get('boxes')!;
      let best = -1;
      for (let i = 0; 2 * i < scores.length; i++) {
        if (scores[2 * i + 1] >= MIN_SCORE && (best < 0 || scores[2 * i + 1] > scores[2 * best + 1]))
          best = i;
      }
      if (best < 0) return undefined;
      const p = 4 * best;
      const width = anchors[p + 2] * Math.exp(offsets[p + 2] * SIZE_VARIANCE) * image.width;
      const height = anchors[p + 3] * Math.exp(offsets[p + 3] * SIZE_VARIANCE) * image.height;
      const centreX = (anchors[p] + offsets[p] * CENTRE_VARIANCE * anchors[p + 2]) * image.width;
      const centreY = (anchors[p + 1] + offsets[p + 1] * CENTRE_VARIANCE * anchors[p + 3]) * image.height;
      return { x: centreX - width / 2, y: centreY - height / 2, width, height };
    },
  };
};
