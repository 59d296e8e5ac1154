/**
 * POLYVAL of RFC 8452 §3: a polynomial hash over GF(2^128) with x^128 + x^127 + x^126 + x^121 + 1, little-endian in
 * bytes and bits.
 *
 * Runs in constant time as far as a JavaScript engine allows: no table, no branch and no index depends on key or
 * data. Carry-less products come from integer products of operands with three of four bits cleared, so that the
 * sums of partial products (at most 8) never carry into the next kept bit.
 */
export interface Polyval {
  /** Hashes `bytes`, zero-padded to whole blocks of 16. Not retained. */
  update(bytes: Uint8Array): void;
  /** Hash of all updates, 16 bytes owned by the caller; the state is erased. */
  digest(): Uint8Array;
}

const WORDS = 4;
/** 32-bit products of one 128-bit product by Karatsuba's method on two levels. */
const PRODUCTS = 9;
/** Every fourth bit. */
const HOLES = 0x11111111;

const reverseBits = (word: number): number => {
  let x = word;
  x = ((x & 0x55555555) << 1) | ((x >>> 1) & 0x55555555);
  x = ((x & 0x33333333) << 2) | ((x >>> 2) & 0x33333333);
  x = ((x & 0x0f0f0f0f) << 4) | ((x >>> 4) & 0x0f0f0f0f);
  x = ((x & 0x00ff00ff) << 8) | ((x >>> 8) & 0x00ff00ff);
  return (x << 16) | (x >>> 16);
};

/** Low 32 bits of the carry-less product of `x` and the word whose four bit classes stand in `classes` at `at`. */
const multiplyLow = (x: number, classes: Int32Array, at: number): number => {
  const x0 = x & HOLES;
  const x1 = x & (HOLES << 1);
  const x2 = x & (HOLES << 2);
  const x3 = x & (HOLES << 3);
  const y0 = classes[at]!;
  const y1 = classes[at + 1]!;
  const y2 = classes[at + 2]!;
  const y3 = classes[at + 3]!;
  const z0 = Math.imul(x0, y0) ^ Math.imul(x1, y3) ^ Math.imul(x2, y2) ^ Math.imul(x3, y1);
  const z1 = Math.imul(x0, y1) ^ Math.imul(x1, y0) ^ Math.imul(x2, y3) ^ Math.imul(x3, y2);
  const z2 = Math.imul(x0, y2) ^ Math.imul(x1, y1) ^ Math.imul(x2, y0) ^ Math.imul(x3, y3);
  const z3 = Math.imul(x0, y3) ^ Math.imul(x1, y2) ^ Math.imul(x2, y1) ^ Math.imul(x3, y0);
  return (z0 & HOLES) | (z1 & (HOLES << 1)) | (z2 & (HOLES << 2)) | (z3 & (HOLES << 3));
};

/** The nine sums of words Karatsuba multiplies, into `out`. */
const splitOperand = (a0: number, a1: number, a2: number, a3: number, out: Int32Array): void => {
  out[0] = a0;
  out[1] = a1;
  out[2] = a0 ^ a1;
  out[3] = a2;
  out[4] = a3;
  out[5] = a2 ^ a3;
  out[6] = a0 ^ a2;
  out[7] = a1 ^ a3;
  out[8] = a0 ^ a1 ^ a2 ^ a3;
};

/** Bit classes of the key's nine operands, each plain and with its bits reversed: 8 words for each operand. */
const keyClasses = (key: Int32Array): Int32Array => {
  const operands = new Int32Array(PRODUCTS);
  splitOperand(key[0]!, key[1]!, key[2]!, key[3]!, operands);
  const classes = new Int32Array(PRODUCTS * 8);
  operands.forEach((word, i) => {
    const reversed = reverseBits(word);
    for (let c = 0; c < 4; c++) {
      classes[8 * i + c] = word & (HOLES << c);
      classes[8 * i + 4 + c] = reversed & (HOLES << c);
    }
  });
  operands.fill(0);
  return classes;
};

interface Work {
  readonly operands: Int32Array;
  /** Low and high word of each product. */
  readonly products: Int32Array;
  /** The 256-bit product. */
  readonly wide: Int32Array;
}

/** Words `from` to `from + 2` of the products make a 64 x 64 product, added into `wide` at word `to`. */
const addProduct64 = (products: Int32Array, from: number, wide: Int32Array, to: number): void => {
  const low0 = products[2 * from]!;
  const low1 = products[2 * from + 1]!;
  const high0 = products[2 * from + 2]!;
  const high1 = products[2 * from + 3]!;
  const middle0 = products[2 * from + 4]! ^ low0 ^ high0;
  const middle1 = products[2 * from + 5]! ^ low1 ^ high1;
  wide[to] = wide[to]! ^ low0;
  wide[to + 1] = wide[to + 1]! ^ low1 ^ middle0;
  wide[to + 2] = wide[to + 2]! ^ high0 ^ middle1;
  wide[to + 3] = wide[to + 3]! ^ high1;
};

/** state = state * key * x^-128 (RFC 8452 §3, `dot`). */
const multiplyByKey = (state: Int32Array, classes: Int32Array, work: Work): void => {
  const { operands, products, wide } = work;
  splitOperand(state[0]!, state[1]!, state[2]!, state[3]!, operands);
  for (let i = 0; i < PRODUCTS; i++) {
    const x = operands[i]!;
    products[2 * i] = multiplyLow(x, classes, 8 * i);
    // Reversed operands give the reversed 63-bit product: its low word holds the high bits.
    products[2 * i + 1] = reverseBits(multiplyLow(reverseBits(x), classes, 8 * i + 4)) >>> 1;
  }
  wide.fill(0);
  addProduct64(products, 0, wide, 0);
  addProduct64(products, 3, wide, 4);
  // Karatsuba's middle term: (a0+a1)(b0+b1) - a0 b0 - a1 b1, shifted by 64 bits.
  const m0 = wide[0]! ^ wide[4]!;
  const m1 = wide[1]! ^ wide[5]!;
  const m2 = wide[2]! ^ wide[6]!;
  const m3 = wide[3]! ^ wide[7]!;
  addProduct64(products, 6, wide, 2);
  wide[2] = wide[2]! ^ m0;
  wide[3] = wide[3]! ^ m1;
  wide[4] = wide[4]! ^ m2;
  wide[5] = wide[5]! ^ m3;
  // Montgomery reduction: adding multiples of the field polynomial clears the low half.
  for (let i = 0; i < WORDS; i++) {
    const low = wide[i]!;
    wide[i + 3] = wide[i + 3]! ^ (low << 31) ^ (low << 30) ^ (low << 25);
    wide[i + 4] = wide[i + 4]! ^ low ^ (low >>> 1) ^ (low >>> 2) ^ (low >>> 7);
  }
  state.set(wide.subarray(WORDS));
};

/** @param key 16 bytes, not retained. */
export const createPolyval = (key: Uint8Array): Polyval => {
  const keyView = new DataView(key.buffer, key.byteOffset, 16);
  const keyWords = Int32Array.from({ length: WORDS }, (_, i) => keyView.getInt32(4 * i, true));
  const classes = keyClasses(keyWords);
  keyWords.fill(0);
  const state = new Int32Array(WORDS);
  const work: Work = {
    operands: new Int32Array(PRODUCTS),
    products: new Int32Array(2 * PRODUCTS),
    wide: new Int32Array(2 * WORDS),
  };
  const addBlock = (view: DataView, at: number): void => {
    for (let i = 0; i < WORDS; i++) state[i] = state[i]! ^ view.getInt32(at + 4 * i, true);
    multiplyByKey(state, classes, work);
  };
  return {
    update(bytes) {
      const whole = bytes.length - (bytes.length % 16);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at < whole; at += 16) addBlock(view, at);
      if (whole === bytes.length) return;
      const last = new Uint8Array(16);
      last.set(bytes.subarray(whole));
      addBlock(new DataView(last.buffer), 0);
      last.fill(0);
    },
    digest() {
      const out = new Uint8Array(16);
      const view = new DataView(out.buffer);
      for (let i = 0; i < WORDS; i++) view.setInt32(4 * i, state[i]!, true);
      for (const secret of [state, classes, work.operands, work.products, work.wide]) secret.fill(0);
      return out;
    },
  };
};
