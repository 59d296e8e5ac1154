/**
 * Rows of convolutions, 4 columns a vector. Single precision, one fixed order of additions: the same bits
 * on every machine and however the rows are shared out.
 */

function splat(at: usize, offset: usize): v128 {
  return v128.load32_splat(at + offset);
}

function addTap(sum: v128, tap: v128, weight: v128): v128 {
  return f32x4.add(sum, f32x4.mul(tap, weight));
}

/**
 * 3x3 with stride 1 over the planes of `channels`: `top` is the tap above and left of column 0. Writes
 * `channels` rows of `width` floats to `out`. Weights: 9 a channel.
 */
export function depthwiseRow(
  top: usize,
  rowBytes: usize,
  planeBytes: usize,
  channels: i32,
  width: i32,
  weights: usize,
  out: usize,
): void {
  for (let c = 0; c < channels; c++) {
    const w0 = splat(weights, 0);
    const w1 = splat(weights, 4);
    const w2 = splat(weights, 8);
    const w3 = splat(weights, 12);
    const w4 = splat(weights, 16);
    const w5 = splat(weights, 20);
    const w6 = splat(weights, 24);
    const w7 = splat(weights, 28);
    const w8 = splat(weights, 32);
    let a = top;
    const end = out + ((<usize>width) << 2);
    while (out < end) {
      const b = a + rowBytes;
      const d = b + rowBytes;
      let sum = f32x4.mul(v128.load(a), w0);
      sum = addTap(sum, v128.load(a, 4), w1);
      sum = addTap(sum, v128.load(a, 8), w2);
      sum = addTap(sum, v128.load(b), w3);
      sum = addTap(sum, v128.load(b, 4), w4);
      sum = addTap(sum, v128.load(b, 8), w5);
      sum = addTap(sum, v128.load(d), w6);
      sum = addTap(sum, v128.load(d, 4), w7);
      v128.store(out, addTap(sum, v128.load(d, 8), w8));
      a += 16;
      out += 16;
    }
    top += planeBytes;
    weights += 36;
  }
}

/** Columns 0, 2, 4, 6 and 1, 3, 5, 7 of the eight floats at `at`. */
function evens(at: usize): v128 {
  return v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
}
function odds(at: usize): v128 {
  return v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7);
}

/** The same with stride 2: `top` is row 2 y, column 0; the taps reach right and down. */
export function depthwiseHalvingRow(
  top: usize,
  rowBytes: usize,
  planeBytes: usize,
  channels: i32,
  width: i32,
  weights: usize,
  out: usize,
): void {
  for (let c = 0; c < channels; c++) {
    let a = top;
    const end = out + ((<usize>width) << 2);
    while (out < end) {
      const b = a + rowBytes;
      const d = b + rowBytes;
      let sum = f32x4.mul(evens(a), splat(weights, 0));
      sum = addTap(sum, odds(a), splat(weights, 4));
      sum = addTap(sum, evens(a + 8), splat(weights, 8));
      sum = addTap(sum, evens(b), splat(weights, 12));
      sum = addTap(sum, odds(b), splat(weights, 16));
      sum = addTap(sum, evens(b + 8), splat(weights, 20));
      sum = addTap(sum, evens(d), splat(weights, 24));
      sum = addTap(sum, odds(d), splat(weights, 28));
      v128.store(out, addTap(sum, evens(d + 8), splat(weights, 32)));
      a += 32;
      out += 16;
    }
    top += planeBytes;
    weights += 36;
  }
}

/** Largest of each 2x2: `top` is row 2 y, column 0. */
export function poolRow(
  top: usize,
  rowBytes: usize,
  planeBytes: usize,
  channels: i32,
  width: i32,
  out: usize,
): void {
  for (let c = 0; c < channels; c++) {
    let a = top;
    const end = out + ((<usize>width) << 2);
    while (out < end) {
      const b = a + rowBytes;
      v128.store(out, f32x4.max(f32x4.max(evens(a), odds(a)), f32x4.max(evens(b), odds(b))));
      a += 32;
      out += 16;
    }
    top += planeBytes;
  }
}

/**
 * 1x1 over `channels` rows of `width` floats (a multiple of 8) that lie `sourceBytes` apart, to `outChannels`
 * rows `outBytes` apart. Weights: 4 outputs of every input, then the next 4 outputs; then all biases. The
 * first `skipChannels` outputs get the rows at `skip` added; `floor` is 0 to rectify, minus infinity not to.
 * Eight columns by four outputs fill the registers, hence the long body.
 */
export function pointwiseRow(
  source: usize,
  sourceBytes: usize,
  channels: i32,
  width: i32,
  weights: usize,
  out: usize,
  outBytes: usize,
  outChannels: i32,
  skip: usize,
  skipBytes: usize,
  skipChannels: i32,
  floorValue: f32,
): void {
  const floor = f32x4.splat(floorValue);
  const stepBytes = (<usize>channels) << 4;
  let bias = weights + stepBytes * (<usize>outChannels >> 2);
  const endColumn = (<usize>width) << 2;
  for (let o = 0; o < outChannels; o += 4) {
    const present = o < skipChannels;
    for (let column: usize = 0; column < endColumn; column += 32) {
      let a0 = splat(bias, 0);
      let b0 = splat(bias, 4);
      let c0 = splat(bias, 8);
      let d0 = splat(bias, 12);
      let a1 = a0;
      let b1 = b0;
      let c1 = c0;
      let d1 = d0;
      let tap = source + column;
      let weight = weights;
      const end = weights + stepBytes;
      while (weight < end) {
        const left = v128.load(tap);
        const right = v128.load(tap, 16);
        const wa = splat(weight, 0);
        a0 = addTap(a0, left, wa);
        a1 = addTap(a1, right, wa);
        const wb = splat(weight, 4);
        b0 = addTap(b0, left, wb);
        b1 = addTap(b1, right, wb);
        const wc = splat(weight, 8);
        c0 = addTap(c0, left, wc);
        c1 = addTap(c1, right, wc);
        const wd = splat(weight, 12);
        d0 = addTap(d0, left, wd);
        d1 = addTap(d1, right, wd);
        tap += sourceBytes;
        weight += 16;
      }
      if (present) {
        let at = skip + column;
        a0 = f32x4.add(a0, v128.load(at));
        a1 = f32x4.add(a1, v128.load(at, 16));
        at += skipBytes;
        b0 = f32x4.add(b0, v128.load(at));
        b1 = f32x4.add(b1, v128.load(at, 16));
        at += skipBytes;
        c0 = f32x4.add(c0, v128.load(at));
        c1 = f32x4.add(c1, v128.load(at, 16));
        at += skipBytes;
        d0 = f32x4.add(d0, v128.load(at));
        d1 = f32x4.add(d1, v128.load(at, 16));
      }
      let at = out + column;
      v128.store(at, f32x4.max(a0, floor));
      v128.store(at, f32x4.max(a1, floor), 16);
      at += outBytes;
      v128.store(at, f32x4.max(b0, floor));
      v128.store(at, f32x4.max(b1, floor), 16);
      at += outBytes;
      v128.store(at, f32x4.max(c0, floor));
      v128.store(at, f32x4.max(c1, floor), 16);
      at += outBytes;
      v128.store(at, f32x4.max(d0, floor));
      v128.store(at, f32x4.max(d1, floor), 16);
    }
    weights += stepBytes;
    bias += 16;
    skip += skipBytes << 2;
    out += outBytes << 2;
  }
}
