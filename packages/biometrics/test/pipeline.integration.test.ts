import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hammingDistance } from '@openrecognize/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BiometricPool,
  createBinarizer,
  createBiometricPool,
  createMeasuringPool,
  type ImageAnalysis,
  type ManifestName,
} from '../src/index.ts';
import { cropFace, DEMO_FACES, demoPhoto, faceJpeg, REFUSED_FACES } from './reference/demo-photos.ts';

const SELFIE = { scenario: 'SELFIE' } as const;
const triggered = ({ filters }: ImageAnalysis): string[] =>
  filters.filter((filter) => filter.triggered).map(({ name }) => name);

// Covers BC-11 and BC-13.
describe.each(['default', 'clean'] as const)('the pipeline with the %s models', (name: ManifestName) => {
  let pool: BiometricPool;
  beforeAll(async () => {
    pool = await createBiometricPool({ manifest: name, workers: 1 });
  });
  afterAll(() => pool.close());

  const codeOf = async (image: Uint8Array): Promise<Uint8Array> => {
    const analysis = await pool.analyze(image, SELFIE);
    expect(triggered(analysis)).toEqual([]);
    return analysis.code!.bits;
  };

  it('matches two photos of one person and no two people', async () => {
    const { threshold } = pool.manifest.code;
    const codes = new Map<string, Uint8Array>();
    for (const [who, face] of Object.entries(DEMO_FACES)) codes.set(who, await codeOf(await faceJpeg(face)));
    for (const [a, codeA] of codes) {
      for (const [b, codeB] of codes) {
        if (a >= b) continue;
        const same = a === 'laughing' && b === 'smiling';
        const distance = hammingDistance(codeA, codeB);
        expect(distance <= threshold, `${a} and ${b}: ${distance}`).toBe(same);
      }
    }
  });

  it('names the artifact and the size of its codes', async () => {
    const { code, stats } = await pool.analyze(await faceJpeg(DEMO_FACES.blonde), SELFIE);
    const { family, version } = pool.manifest;
    expect(code?.artifact).toEqual({ family, version });
    expect(code?.bits.length).toBe(pool.manifest.code.bits / 8);
    expect(stats).toMatchObject({ width: 495, height: 495, format: 'jpeg', faceCount: 1 });
  });
});

// Covers BC-3, BC-15 and BC-16.
describe('the pipeline', () => {
  let pool: BiometricPool;
  beforeAll(async () => {
    pool = await createBiometricPool({ workers: 1 });
  });
  afterAll(() => pool.close());

  it('gives the same code every time', async () => {
    const image = await faceJpeg(DEMO_FACES.leftInRow);
    const codes = [await pool.analyze(image, SELFIE), await pool.analyze(image, SELFIE)].map(
      ({ code }) => code,
    );
    expect(codes[0]).toEqual(codes[1]);
  });

  it('gives nearly the same code for every EXIF orientation of a picture', async () => {
    const upright = await pool.analyze(await faceJpeg(DEMO_FACES.leftInRow), SELFIE);
    // What has to be done to the pixels so that the orientation tag undoes it.
    const undone = {
      1: { flop: false, rotate: 0 },
      2: { flop: true, rotate: 0 },
      3: { flop: false, rotate: 180 },
      4: { flop: true, rotate: 180 },
      5: { flop: true, rotate: 270 },
      6: { flop: false, rotate: 270 },
      7: { flop: true, rotate: 90 },
      8: { flop: false, rotate: 90 },
    };
    for (const [orientation, { flop, rotate }] of Object.entries(undone)) {
      const stored = await cropFace(DEMO_FACES.leftInRow)
        .flop(flop)
        .rotate(rotate)
        .withMetadata({ orientation: Number(orientation) })
        .jpeg({ quality: 95 })
        .toBuffer();
      const { code } = await pool.analyze(stored, SELFIE);
      const distance = hammingDistance(code!.bits, upright.code!.bits);
      expect(distance, `orientation ${orientation}`).toBeLessThan(120);
    }
  });

  it('keeps a face recognisable at a quarter of its size and at low quality', async () => {
    const { code: full } = await pool.analyze(await faceJpeg(DEMO_FACES.leftInRow), SELFIE);
    const small = await cropFace(DEMO_FACES.leftInRow).resize(130).jpeg({ quality: 60 }).toBuffer();
    const { code } = await pool.analyze(small, SELFIE);
    expect(hammingDistance(code!.bits, full!.bits)).toBeLessThan(pool.manifest.code.threshold);
  });

  it.each([
    ['profile', 'face_angle_too_large'],
    ['eyesClosed', 'eyes_closed'],
    ['noFace', 'face_missing'],
  ] as const)('gives no code for %s but says %s', async (face, filter) => {
    const analysis = await pool.analyze(await faceJpeg(REFUSED_FACES[face]), SELFIE);
    expect(triggered(analysis)).toContain(filter);
    expect(analysis.code).toBeUndefined();
  });

  it('sees grey, blurred, tight and double pictures for what they are', async () => {
    const face = DEMO_FACES.leftInRow;
    const pictures = {
      image_black_and_white: cropFace(face).greyscale(),
      image_blurred: cropFace(face).blur(12),
      image_metadata_low_light: cropFace(face).linear(0.15, 0),
      face_too_small: cropFace(face)
        .resize(64)
        .extend({ top: 40, bottom: 40, left: 40, right: 40, background: 'tan' }),
      face_too_close: cropFace({ ...face, x: face.x + 120, y: face.y + 140, side: 260 }),
      face_multiple: cropFace({ sample: 6, x: 480, y: 150, side: 1000 }),
    };
    for (const [filter, picture] of Object.entries(pictures)) {
      const analysis = await pool.analyze(await picture.png().toBuffer(), SELFIE);
      expect(triggered(analysis), filter).toContain(filter);
    }
  });

  it('takes a grey portrait from a document', async () => {
    const grey = await cropFace(DEMO_FACES.leftInRow).greyscale().png().toBuffer();
    const { code } = await pool.analyze(grey, { scenario: 'DOCUMENT' });
    expect(code).toBeDefined();
  });

  it('tells a liveness score when asked', async () => {
    const image = await faceJpeg(DEMO_FACES.leftInRow);
    const { stats } = await pool.analyze(image, { ...SELFIE, liveness: true });
    expect(stats.livenessScore).toBeGreaterThanOrEqual(0);
    expect(stats.livenessScore).toBeLessThanOrEqual(1);
    expect((await pool.analyze(image, SELFIE)).stats).not.toHaveProperty('livenessScore');
  });

  it('gives an embedding and geometry for a frame of a sequence, and a code for several', async () => {
    const image = await faceJpeg(DEMO_FACES.leftInRow);
    const { code: alone } = await pool.analyze(image, SELFIE);
    const { code, embedding, frame, stats } = await pool.analyze(image, { ...SELFIE, sequence: true });
    expect(code).toBeUndefined();
    expect(frame).toMatchObject({ width: stats.workingWidth, faceBox: stats.faceBox });
    expect(frame!.landmarks).toHaveLength(68);
    expect(createBinarizer(pool.manifest.code).encode([embedding!])).toEqual(alone!.bits);
    const refused = await pool.analyze(await faceJpeg(REFUSED_FACES.profile), { ...SELFIE, sequence: true });
    expect(refused.embedding).toBeUndefined();
    expect(refused.frame).toBeDefined();
  });

  it('takes raw pixels for the picture they are, in colour and in luma', async () => {
    const face = cropFace(DEMO_FACES.leftInRow);
    const file = await pool.analyze(await face.clone().png().toBuffer(), SELFIE);
    const { data: bytes, info } = await face
      .clone()
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const size = { width: info.width, height: info.height };
    const raw = await pool.analyze({ encoding: 'rgb', ...size, bytes }, SELFIE);
    expect(raw.code).toEqual(file.code);
    const grey = await face.clone().greyscale().raw().toBuffer();
    const luma = await pool.analyze({ encoding: 'luma', ...size, bytes: grey }, SELFIE);
    expect(triggered(luma)).toEqual([]);
    const { threshold } = pool.manifest.code;
    expect(hammingDistance(luma.code!.bits, file.code!.bits)).toBeLessThan(threshold);
  });

  it('reads a large photo of a group without fail', async () => {
    const analysis = await pool.analyze(readFileSync(demoPhoto(5)), SELFIE);
    expect(analysis.stats).toMatchObject({ width: 1920, height: 1398, workingWidth: 960 });
  });

  it('passes the codes of bad images through the workers', async () => {
    await expect(pool.analyze(new Uint8Array(), SELFIE)).rejects.toMatchObject({ code: 'IMAGE_EMPTY' });
    await expect(pool.analyze(new Uint8Array(99), SELFIE)).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_INVALID',
    });
  });

  it("leaves the caller's bytes alone and tells no embedding", async () => {
    const image = await faceJpeg(DEMO_FACES.blonde);
    const before = Uint8Array.from(image);
    const analysis = await pool.analyze(image, SELFIE);
    expect(Uint8Array.from(image)).toEqual(before);
    expect(analysis).not.toHaveProperty('embedding');
  });
});

describe('the pool', () => {
  it('does not start without models', async () => {
    const starting = createBiometricPool({ modelsDir: '/nowhere', workers: 1 });
    await expect(starting).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });

  it('tells embeddings of refused faces for measurements', async () => {
    const pool = await createMeasuringPool({ workers: 1 });
    const { embedding, code } = await pool.measure(await faceJpeg(REFUSED_FACES.profile), SELFIE);
    expect(Math.hypot(...embedding!)).toBeCloseTo(1, 4);
    expect(code).toBeUndefined();
    await pool.close();
  });
});

const facesDir = process.env['FACES_DIR'];
if (facesDir === undefined)
  console.log('skipped: FACES_DIR is not set, so no matching on the labelled faces');

describe.runIf(facesDir !== undefined)('the pipeline on labelled faces', () => {
  it('matches photos of 30 people with themselves and almost never with others', async () => {
    const pool = await createBiometricPool({});
    const lfw = join(facesDir!, 'lfw');
    const codes: { person: string; bits: Uint8Array }[] = [];
    for (const person of readdirSync(lfw).sort().slice(0, 30)) {
      for (const file of readdirSync(join(lfw, person)).sort().slice(0, 3)) {
        const { code } = await pool.analyze(readFileSync(join(lfw, person, file)), SELFIE);
        if (code) codes.push({ person, bits: code.bits });
      }
    }
    await pool.close();
    const tally = { genuine: 0, accepted: 0, impostor: 0, wrong: 0 };
    codes.forEach((a, i) => {
      for (const b of codes.slice(i + 1)) {
        const match = hammingDistance(a.bits, b.bits) <= pool.manifest.code.threshold ? 1 : 0;
        if (a.person === b.person) {
          tally.genuine++;
          tally.accepted += match;
        } else {
          tally.impostor++;
          tally.wrong += match;
        }
      }
    });
    expect(codes.length).toBeGreaterThan(70);
    expect(tally.accepted / tally.genuine).toBeGreaterThan(0.95);
    expect(tally.wrong / tally.impostor).toBeLessThan(0.005);
  });
});
