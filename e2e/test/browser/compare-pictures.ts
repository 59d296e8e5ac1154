import sharp from 'sharp';

export interface PictureDifference {
  readonly isSameSize: boolean;
  /** Share of pixels that differ for the eye, 0..1. */
  readonly share: number;
}

/** A channel's difference, 0..255, below which edges of letters may differ from machine to machine. */
const INVISIBLE = 48;

const pixelsOf = (picture: Uint8Array) =>
  sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });

/** Compares two pictures pixel by pixel; those of different sizes differ entirely. */
export const comparePictures = async (one: Uint8Array, other: Uint8Array): Promise<PictureDifference> => {
  const [a, b] = await Promise.all([pixelsOf(one), pixelsOf(other)]);
  const pixels = a.info.width * a.info.height;
  if (a.info.width !== b.info.width || a.info.height !== b.info.height)
    return { isSameSize: false, share: 1 };
  let different = 0;
  for (let i = 0; i < 3 * pixels; i += 3) {
    const isDifferent = [0, 1, 2].some(
      (c) => Math.abs((a.data[i + c] ?? 0) - (b.data[i + c] ?? 0)) > INVISIBLE,
    );
    if (isDifferent) different++;
  }
  return { isSameSize: true, share: different / pixels };
};

/** A picture with few colours: what a repository can bear. */
export const asBaseline = (picture: Uint8Array): Promise<Buffer> =>
  sharp(picture).png({ palette: true, colours: 128, dither: 0, effort: 10, compressionLevel: 9 }).toBuffer();
