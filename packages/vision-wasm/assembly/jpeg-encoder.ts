import { INPUT_END, MAX_SIDE } from './frame-input';
import {
  cursorAt,
  encodeBlock,
  finishBits,
  moveCursor,
  prepareCodes,
  putByte,
  putWord,
  startBits,
} from './jpeg-entropy';
import {
  AC_CHROMINANCE,
  AC_LUMINANCE,
  DC_CHROMINANCE,
  DC_LUMINANCE,
  QUANTIZATION,
  ZIGZAG,
} from './jpeg-tables';
import { transformBlock } from './jpeg-transform';

/**
 * Baseline JPEG (ITU-T T.81; JFIF 1.01), a stripe of 8 or 16 rows a call: the caller puts rows into `STRIPE`
 * and takes bytes from `OUTPUT`.
 */

/** 16 rows of the widest frame, RGBA. */
export const STRIPE: usize = (INPUT_END + 15) & ~15;
const STRIPE_BYTES: usize = ((<usize>MAX_SIDE) << 2) * 16;
/** Blocks of samples, the transposed block, quantized words, factors of luminance and chrominance. */
const SAMPLES: usize = STRIPE + STRIPE_BYTES;
const CHROMA: usize = SAMPLES + 6 * 256;
const TURNED: usize = CHROMA + 8 * 256;
const WORDS: usize = TURNED + 256;
const FACTORS: usize = WORDS + 256;
/**
 * At worst 416 bytes a block (26 bits for each of 63 values, 22 for the first, every byte stuffed), and 3072
 * blocks a stripe of the widest frame.
 */
export const OUTPUT: usize = FACTORS + 512;
export const MEMORY_END: usize = OUTPUT + 3072 * 416 + 1024;

/** Row or column k of the transform is this much too large, times 8 in two dimensions. */
const SCALES: usize = memory.data<f32>([
  1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379,
]);

let mcuSide: i32 = 16;
let lumaDc: i32 = 0;
let blueDc: i32 = 0;
let redDc: i32 = 0;

/** Writes everything before the entropy-coded bytes. `side` of the coded units: 16 is 4:2:0, 8 is 4:4:4. */
export function startJpeg(width: i32, height: i32, quality: i32, side: i32): void {
  mcuSide = side;
  lumaDc = blueDc = redDc = 0;
  prepareCodes();
  startBits();
  moveCursor(OUTPUT);
  putWord(0xffd8);
  putWord(0xffe0);
  putWord(16);
  putWord(0x4a46);
  putWord(0x4946);
  putWord(0x0001);
  putWord(0x0100);
  putWord(0x0001);
  putWord(0x0001);
  putWord(0x0000);
  putQuantization(quality);
  putFrame(width, height, side === 16 ? 0x22 : 0x11);
  putWord(0xffc4);
  putWord(2 + 2 * (1 + 28) + 2 * (1 + 178));
  putHuffman(0x00, DC_LUMINANCE, 28);
  putHuffman(0x10, AC_LUMINANCE, 178);
  putHuffman(0x01, DC_CHROMINANCE, 28);
  putHuffman(0x11, AC_CHROMINANCE, 178);
  putWord(0xffda);
  putWord(12);
  putByte(3);
  putWord(0x0100);
  putWord(0x0211);
  putWord(0x0311);
  putWord(0x003f);
  putByte(0);
}

/** Steps of the given quality, scaled as the Independent JPEG Group does; 1..255 each. */
function putQuantization(quality: i32): void {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  putWord(0xffdb);
  putWord(2 + 2 * 65);
  for (let table = 0; table < 2; table++) {
    putByte(table);
    const factors = FACTORS + ((<usize>table) << 8);
    for (let k: usize = 0; k < 64; k++) {
      const place = <usize>load<u8>(ZIGZAG + k);
      const base = <i32>load<u8>(QUANTIZATION + ((<usize>table) << 6) + place);
      const step = min(255, max(1, (base * percent + 50) / 100));
      putByte(step);
      const row = place >> 3;
      const column = place & 7;
      const scale = load<f32>(SCALES + (row << 2)) * load<f32>(SCALES + (column << 2)) * 8;
      store<f32>(factors + (((column << 3) | row) << 2), 1 / (scale * <f32>step));
    }
  }
}

function putFrame(width: i32, height: i32, lumaSampling: i32): void {
  putWord(0xffc0);
  putWord(17);
  putByte(8);
  putWord(height);
  putWord(width);
  putByte(3);
  putByte(1);
  putByte(lumaSampling);
  putByte(0);
  putByte(2);
  putWord(0x1101);
  putByte(3);
  putWord(0x1101);
}

function putHuffman(id: i32, table: usize, bytes: i32): void {
  putByte(id);
  for (let i: usize = 0; i < <usize>bytes; i++) putByte(load<u8>(table + i));
}

/** Bytes written to `OUTPUT` since it was last taken. */
export function outputBytes(): i32 {
  return <i32>(cursorAt() - OUTPUT);
}

/** The caller has the bytes: writes from the start again. */
export function takeOutput(): void {
  memory.fill(OUTPUT, 0, cursorAt() - OUTPUT);
  moveCursor(OUTPUT);
}

/** Bytes of a row of the stripe. */
export function stripeRowBytes(width: i32): i32 {
  return ((width + mcuSide - 1) / mcuSide) * mcuSide * 4;
}

/** Codes the stripe: `rows` rows of `width` pixels, 1 to the side of a unit. Edges are repeated to fill units. */
export function encodeStripe(width: i32, rows: i32): void {
  const rowBytes = <usize>stripeRowBytes(width);
  for (let y = 0; y < rows; y++) {
    const row = STRIPE + rowBytes * <usize>y;
    const last = load<u32>(row + ((<usize>width - 1) << 2));
    for (let at = (<usize>width) << 2; at < rowBytes; at += 4) store<u32>(row + at, last);
  }
  const lastRow = STRIPE + rowBytes * <usize>(rows - 1);
  for (let y = rows; y < mcuSide; y++) memory.copy(STRIPE + rowBytes * <usize>y, lastRow, rowBytes);
  const unitBytes = (<usize>mcuSide) << 2;
  for (let at: usize = 0; at < rowBytes; at += unitBytes) {
    if (mcuSide === 16) encodeHalvedUnit(STRIPE + at, rowBytes);
    else encodeFullUnit(STRIPE + at, rowBytes);
  }
}

/** Ends the entropy-coded bytes and the file. */
export function finishJpeg(): void {
  finishBits();
  putWord(0xffd9);
}

/** Forgets the picture. */
export function wipeJpeg(): void {
  memory.fill(STRIPE, 0, FACTORS - STRIPE);
  memory.fill(OUTPUT, 0, MEMORY_END - OUTPUT);
  startBits();
  lumaDc = blueDc = redDc = 0;
}

/** 8x8 pixels to three blocks of samples (JFIF: Rec. 601 weights, full range; luma level-shifted). */
function convertBlock(
  pixels: usize,
  rowBytes: usize,
  luma: usize,
  blue: usize,
  red: usize,
  chromaRow: usize,
): void {
  const mask = i32x4.splat(0xff);
  for (let y = 0; y < 8; y++) {
    for (let x: usize = 0; x < 32; x += 16) {
      const rgba = v128.load(pixels + x);
      const r = f32x4.convert_i32x4_s(v128.and(rgba, mask));
      const g = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(rgba, 8), mask));
      const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(rgba, 16), mask));
      const y601 = f32x4.add(
        f32x4.add(f32x4.mul(r, f32x4.splat(0.299)), f32x4.mul(g, f32x4.splat(0.587))),
        f32x4.mul(b, f32x4.splat(0.114)),
      );
      v128.store(luma + x, f32x4.sub(y601, f32x4.splat(128)));
      v128.store(blue + x, f32x4.mul(f32x4.sub(b, y601), f32x4.splat(0.564334086)));
      v128.store(red + x, f32x4.mul(f32x4.sub(r, y601), f32x4.splat(0.713266762)));
    }
    pixels += rowBytes;
    luma += 32;
    blue += chromaRow;
    red += chromaRow;
  }
}

function encodeSamples(block: usize, predicted: i32, chrominance: bool): i32 {
  transformBlock(block, TURNED, chrominance ? FACTORS + 256 : FACTORS, WORDS);
  return encodeBlock(WORDS, predicted, chrominance);
}

/** 4:4:4. */
function encodeFullUnit(pixels: usize, rowBytes: usize): void {
  convertBlock(pixels, rowBytes, SAMPLES, SAMPLES + 256, SAMPLES + 512, 32);
  lumaDc = encodeSamples(SAMPLES, lumaDc, false);
  blueDc = encodeSamples(SAMPLES + 256, blueDc, true);
  redDc = encodeSamples(SAMPLES + 512, redDc, true);
}

/** 4:2:0: four blocks of luma, one each of chroma, means of 2x2. */
function encodeHalvedUnit(pixels: usize, rowBytes: usize): void {
  const blue = CHROMA;
  const red = CHROMA + 1024;
  for (let quarter: usize = 0; quarter < 4; quarter++) {
    const right = quarter & 1;
    const lower = quarter >> 1;
    const chroma = 512 * lower + 32 * right;
    convertBlock(
      pixels + 8 * rowBytes * lower + 32 * right,
      rowBytes,
      SAMPLES + (quarter << 8),
      blue + chroma,
      red + chroma,
      64,
    );
  }
  for (let quarter: usize = 0; quarter < 4; quarter++) {
    lumaDc = encodeSamples(SAMPLES + (quarter << 8), lumaDc, false);
  }
  halve(blue, SAMPLES + 1024);
  halve(red, SAMPLES + 1280);
  blueDc = encodeSamples(SAMPLES + 1024, blueDc, true);
  redDc = encodeSamples(SAMPLES + 1280, redDc, true);
}

/** Means of 2x2 of 16x16 samples. */
function halve(from: usize, to: usize): void {
  for (let y = 0; y < 8; y++) {
    for (let x: usize = 0; x < 64; x += 32) {
      const a = f32x4.add(v128.load(from + x), v128.load(from + x, 64));
      const b = f32x4.add(v128.load(from + x, 16), v128.load(from + x, 80));
      const sum = f32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
      v128.store(to + (x >> 1), f32x4.mul(sum, f32x4.splat(0.25)));
    }
    from += 128;
    to += 32;
  }
}
