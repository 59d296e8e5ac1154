/**
 * Forward DCT of 8x8 samples after Arai, Agui and Nakajima 1988: five multiplications a column, the scaling
 * left to the quantization. Columns four at a time.
 */

/** One pass over the columns of four rows-of-lanes at `block`: 8 vectors, 32 bytes apart. */
function transformColumns(block: usize): void {
  const x0 = v128.load(block);
  const x1 = v128.load(block, 32);
  const x2 = v128.load(block, 64);
  const x3 = v128.load(block, 96);
  const x4 = v128.load(block, 128);
  const x5 = v128.load(block, 160);
  const x6 = v128.load(block, 192);
  const x7 = v128.load(block, 224);
  const s07 = f32x4.add(x0, x7);
  const d07 = f32x4.sub(x0, x7);
  const s16 = f32x4.add(x1, x6);
  const d16 = f32x4.sub(x1, x6);
  const s25 = f32x4.add(x2, x5);
  const d25 = f32x4.sub(x2, x5);
  const s34 = f32x4.add(x3, x4);
  const d34 = f32x4.sub(x3, x4);

  const e0 = f32x4.add(s07, s34);
  const e3 = f32x4.sub(s07, s34);
  const e1 = f32x4.add(s16, s25);
  const e2 = f32x4.sub(s16, s25);
  // cos(pi / 4)
  const r = f32x4.mul(f32x4.add(e2, e3), f32x4.splat(<f32>Math.SQRT1_2));
  v128.store(block, f32x4.add(e0, e1));
  v128.store(block, f32x4.sub(e0, e1), 128);
  v128.store(block, f32x4.add(e3, r), 64);
  v128.store(block, f32x4.sub(e3, r), 192);

  const o0 = f32x4.add(d34, d25);
  const o1 = f32x4.add(d25, d16);
  const o2 = f32x4.add(d16, d07);
  // cos(3 pi / 8); cos(pi / 8) -+ cos(3 pi / 8)
  const z5 = f32x4.mul(f32x4.sub(o0, o2), f32x4.splat(0.38268343));
  const z2 = f32x4.add(f32x4.mul(o0, f32x4.splat(0.5411961)), z5);
  const z4 = f32x4.add(f32x4.mul(o2, f32x4.splat(1.306563)), z5);
  const z3 = f32x4.mul(o1, f32x4.splat(<f32>Math.SQRT1_2));
  const a = f32x4.add(d07, z3);
  const b = f32x4.sub(d07, z3);
  v128.store(block, f32x4.add(b, z2), 160);
  v128.store(block, f32x4.sub(b, z2), 96);
  v128.store(block, f32x4.add(a, z4), 32);
  v128.store(block, f32x4.sub(a, z4), 224);
}

/** Transposes the 4x4 at `from`, rows 32 bytes apart, to `to`. */
function transposeQuarter(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 32);
  const c = v128.load(from, 64);
  const d = v128.load(from, 96);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 96);
}

/**
 * Transforms and quantizes the 64 samples at `block` (spoiled), times the 64 factors at `factors`, to 64 words
 * at `out`: transposed, that is 8 column + row. Nearest, halves to even.
 */
export function transformBlock(block: usize, turned: usize, factors: usize, out: usize): void {
  transformColumns(block);
  transformColumns(block + 16);
  transposeQuarter(block, turned);
  transposeQuarter(block + 16, turned + 128);
  transposeQuarter(block + 128, turned + 16);
  transposeQuarter(block + 144, turned + 144);
  transformColumns(turned);
  transformColumns(turned + 16);
  for (let i: usize = 0; i < 256; i += 16) {
    const scaled = f32x4.mul(v128.load(turned + i), v128.load(factors + i));
    v128.store(out + i, i32x4.trunc_sat_f32x4_s(f32x4.nearest(scaled)));
  }
}
