/** BT.601 luma of 8-bit RGB, 0..255. */
export const luma = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue;

/** Order of the colour planes a network was trained with. */
export type ChannelOrder = 'RGB' | 'BGR';

/** Mean colour that the networks of face-api and dlib subtract. */
export const FACE_API_MEAN = [122.782, 117.001, 104.298] as const;

/** Interleaved RGB to planes: `out[plane] = (value - mean[channel]) * scale[channel]`, channels always in RGB order. */
export const toPlanes = (
  rgb: Float32Array,
  order: ChannelOrder,
  mean: readonly [number, number, number],
  scale: readonly [number, number, number],
  out: Float32Array,
): void => {
  const area = out.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const base = (order === 'RGB' ? channel : 2 - channel) * area;
    const m = mean[channel];
    const s = scale[channel];
    for (let i = 0, p = channel; i < area; i++, p += 3) out[base + i] = (rgb[p] - m) * s;
  }
};

/** Interleaved RGB to grey, times `scale`. */
export const toGrey = (rgb: Float32Array, scale: number, out: Float32Array): void => {
  for (let i = 0, p = 0; i < out.length; i++, p += 3) {
    out[i] = luma(rgb[p], rgb[p + 1], rgb[p + 2]) * scale;
  }
};
