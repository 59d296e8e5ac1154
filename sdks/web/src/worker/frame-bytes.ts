/** Grey of a frame, 1 byte a pixel: BT.601 weights in 16-bit fixed point. */
export function lumaOf(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const luma = new Uint8Array(pixels.length / 4);
  for (let i = 0, p = 0; i < luma.length; i += 1, p += 4) {
    luma[i] = (19_595 * pixels[p] + 38_470 * pixels[p + 1] + 7_471 * pixels[p + 2] + 32_768) >> 16;
  }
  return luma;
}

/** Colours of a frame without its alpha, 3 bytes a pixel. */
export function rgbOf(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let p = 0, i = 0; p < pixels.length; p += 4, i += 3) {
    rgb[i] = pixels[p];
    rgb[i + 1] = pixels[p + 1];
    rgb[i + 2] = pixels[p + 2];
  }
  return rgb;
}
