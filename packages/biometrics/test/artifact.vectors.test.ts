import { hammingDistance, hexToBytes } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { createFacePipeline, defaultModelsDir, readModelManifest } from '../src/index.ts';
import { cropFace, DEMO_FACES } from './reference/demo-photos.ts';

/** First 512 bits of one demo face, as each artifact version made them. */
const KNOWN = {
  'openrecognize-mobilefacenet 1.0.0':
    '173156ea7a01b5aa75315d47bc307129f2fdc724face0b8e6f49db7e2c915a14d06caa926d4ae031e1e0baad3fe48ba6296ceb92ef08ef2059664f57d354a6c4',
  'openrecognize-dlib-resnet 1.0.0':
    '3d554f4681e0abe32fab2924de2cd903241fef0e642aad6fd965f14ddf1b16c1a201aa716d25357b3c2d623f3d353af666635181e01d8accc5619c69a2787e25',
} as Record<string, string>;

/** Networks and decoders may round otherwise on another machine; a changed step moves far more bits than this. */
const TOLERATED_BITS = 8;

// Covers BC-12: a red test here asks for a new version, and of every user to enroll anew.
describe('an artifact version', () => {
  it.each(['default', 'clean'] as const)('of %s goes on making the codes it made', async (name) => {
    const manifest = readModelManifest(name);
    const pipeline = await createFacePipeline({ manifest, modelsDir: defaultModelsDir() });
    const photo = await cropFace(DEMO_FACES.leftInRow).png().toBuffer();
    const { code } = await pipeline.analyze(photo, { scenario: 'SELFIE' });
    await pipeline.close();
    const known = hexToBytes(KNOWN[`${manifest.family} ${manifest.version}`]);
    expect(hammingDistance(code!.bits.subarray(0, known.length), known)).toBeLessThanOrEqual(TOLERATED_BITS);
  });
});
