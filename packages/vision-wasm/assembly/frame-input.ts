import { FREE, INPUT, INPUT_PHASE_BYTES, INPUT_ROW_BYTES, INPUT_SIDE } from './geometry';

/**
 * From RGBA rows to the network's input, letterboxed: rows are averaged in blocks of whole pixels where the
 * frame shrinks by two or more, then sampled bilinearly. Black outside the frame.
 */

/** Widest frame; also the most columns of sums. */
export const MAX_SIDE: i32 = 8192;
/** Most columns of an averaged row: a frame is shrunk by at least side / 256. */
const MAX_COLUMNS: usize = 256;

/** One row of the frame. */
export const SOURCE_ROW: usize = (FREE + 15) & ~15;
const SOURCE_ROW_BYTES: usize = (<usize>MAX_SIDE) << 2;
/** Sums of rows, 16 bits a value: at most 64 rows are added. */
const SUMS: usize = SOURCE_ROW + SOURCE_ROW_BYTES;
const SUMS_BYTES: usize = SOURCE_ROW_BYTES << 1;
/** Averaged rows of even and odd number, four floats a pixel. */
const AVERAGES: usize = SUMS + SUMS_BYTES;
const AVERAGES_BYTES: usize = MAX_COLUMNS << 4;
/** First byte behind. */
export const INPUT_END: usize = AVERAGES + (AVERAGES_BYTES << 1);

/** Adds the source row of `width` pixels to the sums; the first of a block starts them anew. */
export function addSourceRow(width: i32, first: bool): void {
  const end = SOURCE_ROW + ((<usize>width) << 2);
  let sums = SUMS;
  // A row that ends within a vector reads on into the buffer: those sums are not used.
  for (let at = SOURCE_ROW; at < end; at += 16) {
    const pixels = v128.load(at);
    const low = i16x8.extend_low_i8x16_u(pixels);
    const high = i16x8.extend_high_i8x16_u(pixels);
    v128.store(sums, first ? low : i16x8.add(v128.load(sums), low));
    v128.store(sums, first ? high : i16x8.add(v128.load(sums, 16), high), 16);
    sums += 32;
  }
}

function averageRow(row: i32): usize {
  return AVERAGES + AVERAGES_BYTES * <usize>(row & 1);
}

/** Averages blocks of `factor` columns of the sums into averaged row `row`, `columns` of them. */
export function averageSums(row: i32, columns: i32, factor: i32): void {
  const weight = f32x4.splat(1 / <f32>(factor * factor));
  let out = averageRow(row);
  let at = SUMS;
  for (let column = 0; column < columns; column++) {
    let sum = i32x4.splat(0);
    for (let i = 0; i < factor; i++) {
      sum = i32x4.add(sum, v128.load_ext<u16>(at));
      at += 8;
    }
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(sum), weight));
    out += 16;
  }
}

/**
 * Row `y` of the input between averaged rows `row` and `row` + 1, of `columns` pixels; `lower` is the weight
 * of the latter. Column x looks at averaged column `start + step x`.
 */
export function sampleRow(y: i32, row: i32, lower: f32, columns: i32, start: f64, step: f64): void {
  const above = averageRow(row);
  const below = averageRow(row + 1);
  const last = columns - 1;
  const out = INPUT + INPUT_ROW_BYTES * <usize>(y + 1);
  for (let x = 0; x < INPUT_SIDE; x++) {
    const place = start + step * <f64>x;
    let pixel = f32x4.splat(0);
    if (place >= -0.5 && place <= <f64>last + 0.5) {
      const clamped = max<f64>(0, min<f64>(place, <f64>last));
      const column = <i32>clamped;
      const next = min<i32>(column + 1, last);
      const right = f32x4.splat(<f32>(clamped - <f64>column));
      const a = mix(
        v128.load(above + ((<usize>column) << 4)),
        v128.load(above + ((<usize>next) << 4)),
        right,
      );
      const b = mix(
        v128.load(below + ((<usize>column) << 4)),
        v128.load(below + ((<usize>next) << 4)),
        right,
      );
      pixel = mix(a, b, f32x4.splat(lower));
    }
    storePixel(out, x, pixel);
  }
}

/** Row `y` of the input outside the frame. */
export function blackRow(y: i32): void {
  const out = INPUT + INPUT_ROW_BYTES * <usize>(y + 1);
  for (let x = 0; x < INPUT_SIDE; x++) storePixel(out, x, f32x4.splat(0));
}

function mix(a: v128, b: v128, weight: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), weight));
}

/** 0..255 becomes -1..1; even and odd columns lie apart (see the stem). */
function storePixel(row: usize, x: i32, pixel: v128): void {
  const scaled = f32x4.sub(f32x4.mul(pixel, f32x4.splat(1 / <f32>127.5)), f32x4.splat(1));
  const at = row + 16 + ((<usize>(x >> 1)) << 2) + INPUT_PHASE_BYTES * <usize>(x & 1);
  v128.store_lane<f32>(at, scaled, 0);
  v128.store_lane<f32>(at + 2 * INPUT_PHASE_BYTES, scaled, 1);
  v128.store_lane<f32>(at + 4 * INPUT_PHASE_BYTES, scaled, 2);
}

/** Forgets the rows of a frame. */
export function wipeRows(): void {
  memory.fill(SOURCE_ROW, 0, INPUT_END - SOURCE_ROW);
}
