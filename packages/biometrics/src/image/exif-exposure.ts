/** Exposure of a shot as its EXIF block tells it. Anyone can write anything there: use it against the sender only. */
export interface ExifExposure {
  /** Light value at ISO 100, in stops: log2(N^2 / t) - log2(ISO / 100). Night streets lie near 2, offices near 8. */
  readonly exposureValue: number;
}

const EXIF_IFD = 0x8769;
const EXPOSURE_TIME = 0x829a;
const F_NUMBER = 0x829d;
const ISO = 0x8827;
const TYPE_SHORT = 3;
const TYPE_LONG = 4;
const TYPE_RATIONAL = 5;
const MAX_ENTRIES = 512;

/** Numeric tags of one TIFF directory (TIFF 6.0 §2); out-of-range offsets end the reading quietly. */
const readDirectory = (
  view: DataView,
  base: number,
  offset: number,
  little: boolean,
): Map<number, number> => {
  const tags = new Map<number, number>();
  const start = base + offset;
  if (start + 2 > view.byteLength) return tags;
  const count = Math.min(MAX_ENTRIES, view.getUint16(start, little));
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + 12 * i;
    if (entry + 12 > view.byteLength) break;
    const tag = view.getUint16(entry, little);
    const type = view.getUint16(entry + 2, little);
    if (type === TYPE_SHORT) tags.set(tag, view.getUint16(entry + 8, little));
    else if (type === TYPE_LONG) tags.set(tag, view.getUint32(entry + 8, little));
    else if (type === TYPE_RATIONAL) {
      const at = base + view.getUint32(entry + 8, little);
      if (at + 8 <= view.byteLength)
        tags.set(tag, view.getUint32(at, little) / view.getUint32(at + 4, little));
    }
  }
  return tags;
};

/** Exposure from an EXIF block (with or without its `Exif\0\0` prefix), or undefined where it does not say. Never throws. */
export const readExifExposure = (exif: Uint8Array): ExifExposure | undefined => {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const base = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : 0;
  if (view.byteLength < base + 8) return undefined;
  const order = view.getUint16(base, false);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const main = readDirectory(view, base, view.getUint32(base + 4, little), little);
  const exifOffset = main.get(EXIF_IFD);
  if (exifOffset === undefined) return undefined;
  const tags = readDirectory(view, base, exifOffset, little);
  const seconds = tags.get(EXPOSURE_TIME);
  const aperture = tags.get(F_NUMBER);
  const iso = tags.get(ISO);
  if (seconds === undefined || aperture === undefined || iso === undefined) return undefined;
  const exposureValue = Math.log2((aperture * aperture) / seconds) - Math.log2(iso / 100);
  return Number.isFinite(exposureValue) ? { exposureValue } : undefined;
};
