import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type BiometricPool,
  createBiometricPool,
  createSequenceAnalyzer,
  hasModelFiles,
  readModelManifest,
} from '@openrecognize/biometrics';
import { createService, type Service } from '@openrecognize/service-kit';
import { freshKey, type Picture, type SessionWish, WebClient } from '@openrecognize/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultWebSessionSettings, maxBodyBytes, mountAuthenticationService } from '../src/index.ts';
import { createTestImageKeys } from './encrypt-photo.ts';
import { createFakeBackend } from './fake-backend.ts';
import { addMatching } from './fake-matching.ts';
import { noAuthorization, tools, wrappingKeys } from './use-service.ts';
import { encryptionKey } from './use-web-service.ts';

const hasModels = hasModelFiles(readModelManifest('default'));
if (!hasModels) console.info('skipped: web sessions of real faces (the model files are not here)');
const facesDir = process.env['FACES_DIR'];
if (facesDir === undefined)
  console.info('skipped: web sessions of recorded sequences (FACES_DIR is not set)');

const demoDir = join(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
  '..',
  'demo',
);

/** A service over the real pipeline; the movement filters may be left out for photos, which don't move. */
const startService = async (pool: BiometricPool, stillsAllowed: boolean) => {
  const fake = createFakeBackend();
  const matching = addMatching(fake);
  const service: Service = await createService({
    name: 'authentication-service',
    bodyLimitBytes: maxBodyBytes,
    logging: { level: 'silent' },
  });
  await mountAuthenticationService(service.app, {
    backend: matching.backend,
    analyzer: pool,
    tools,
    imageKeys: createTestImageKeys(),
    wrappingKeys,
    userAuthorization: noAuthorization,
    circuitCount: 3,
    apiKeyCacheSeconds: 0,
    maxConcurrency: 2,
    now: Date.now,
    web: {
      settings: { ...defaultWebSessionSettings, maxFrames: 12, minLiveScore: stillsAllowed ? 0 : 0.5 },
      trustedProxies: [],
      createSequence: () =>
        createSequenceAnalyzer(stillsAllowed ? { minTurnDegrees: 0, minDeviceMovement: 0 } : {}),
    },
  });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = service.app.server.address() as AddressInfo;
  const attempt = async (pictures: readonly Picture[], more: Partial<SessionWish> = {}) => {
    const client = await WebClient.connect(`ws://127.0.0.1:${port}`);
    const wish = { flow: 'auth', customer: { name: 'acme' }, username: 'ann', ...more } as const;
    client.hello(wish, freshKey(encryptionKey));
    const verdict = await client.run((step) => pictures[step % pictures.length]!);
    await client.closed;
    return { verdict, received: client.received };
  };
  return { service, matching, attempt };
};

describe.skipIf(!hasModels)('a web session of real faces', () => {
  let pool: BiometricPool;
  let current: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    pool = await createBiometricPool({ workers: 1 });
    current = await startService(pool, true);
  });
  afterAll(async () => {
    await current.service.close(0);
    await pool.close();
  });

  /** Crops of one photo, each a little elsewhere and a little brighter. */
  const shots = async (
    file: string,
    left: number,
    top: number,
    side: number,
    encoding: Picture['encoding'],
  ) => {
    const pictures: Picture[] = [];
    for (let i = 0; i < 4; i++) {
      const box = { left: left + 4 * i, top: top + 3 * i, width: side, height: side };
      const image = sharp(join(demoDir, file))
        .extract(box)
        .resize(480, 480)
        .modulate({ brightness: 1 + i / 50 });
      const bytes =
        encoding === 'jpeg'
          ? await image.jpeg({ quality: 92 }).toBuffer()
          : await image.removeAlpha().raw().toBuffer();
      pictures.push({ encoding, width: 480, height: 480, bytes: Uint8Array.from(bytes) });
    }
    return pictures;
  };
  const man = (encoding: Picture['encoding'] = 'jpeg') => shots('sample3.jpg', 381, 169, 620, encoding);

  it('enrolls by JPEG frames and authenticates by RGB frames', async () => {
    const enrolled = await current.attempt(await man(), { flow: 'enroll' });
    expect(enrolled.verdict).toMatchObject({ type: 'finished' });
    const again = await current.attempt(await man('rgb'), { encoding: 'rgb', transaction: { data: 'pay' } });
    expect(again.verdict).toMatchObject({ type: 'finished', jwt: 'jwt of pay' });
  });

  it('of frames that are damaged, cut or lie about their size is refused, and the next one is served', async () => {
    const [picture] = await man();
    const { bytes } = picture!;
    const garbled = bytes.map((byte, i) => (i > 700 && i % 7 === 0 ? byte ^ 0x5a : byte));
    for (const damaged of [
      { ...picture!, bytes: bytes.slice(0, 700) },
      { ...picture!, bytes: bytes.slice(0, 1_500) },
      { ...picture!, width: 481 },
    ]) {
      const { verdict } = await current.attempt([damaged], { flow: 'enroll', username: 'dan' });
      expect(verdict).toMatchObject({ code: 'SERVER_VALIDATION_FAILED' });
    }
    const { verdict } = await current.attempt([{ ...picture!, bytes: garbled }], {
      flow: 'enroll',
      username: 'dan',
    });
    expect(verdict).toMatchObject({ type: 'error', code: expect.stringMatching(/^SERVER_(?!INTERNAL)/) });
    expect((await current.attempt(await man(), { flow: 'enroll', username: 'dan' })).verdict).toMatchObject({
      type: 'finished',
    });
  });

  it('finds no face where there is none, and says so', async () => {
    const grey = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    const empty = { encoding: 'jpeg' as const, width: 320, height: 240, bytes: Uint8Array.from(grey) };
    const { verdict } = await current.attempt([empty], { flow: 'enroll', username: 'nobody' });
    expect(verdict).toMatchObject({
      code: 'SERVER_RECOGNITION_FAILED',
      filters: expect.arrayContaining(['face_missing']),
    });
  });

  it('of a photo that does not move is refused, for its lack of movement, by the filters as they are', async () => {
    const strict = await startService(pool, false);
    try {
      const [first] = await man();
      const { verdict } = await strict.attempt([first!], { flow: 'enroll' });
      expect(verdict).toMatchObject({
        code: 'SERVER_RECOGNITION_FAILED',
        filters: ['no_movement_from_device', 'no_movement_from_subject'],
      });
    } finally {
      await strict.service.close(0);
    }
  });

  describe.skipIf(facesDir === undefined)('in recorded sequences', () => {
    let strict: Awaited<ReturnType<typeof startService>>;
    beforeAll(async () => {
      strict = await startService(pool, false);
    });
    afterAll(() => strict.service.close(0));
    const sequence = async (name: string): Promise<Picture[]> => {
      const dir = join(facesDir!, 'nuaa', name);
      const files = readdirSync(dir).sort();
      return Promise.all(
        files.map(async (file) => {
          const bytes = Uint8Array.from(readFileSync(join(dir, file)));
          const { width, height } = await sharp(bytes).metadata();
          return { encoding: 'jpeg' as const, width, height, bytes };
        }),
      );
    };

    it('a person is enrolled and known again, another one is not, and a print of the first is not live', async () => {
      const person = await sequence('seq-real/0005_00_00_02');
      // Frames between which the head turns; others hold still, and would be asked to move.
      const shots = (...numbers: number[]) => numbers.map((number) => person[number]!);
      const enrolled = await strict.attempt(shots(0, 1, 4, 9), { flow: 'enroll' });
      expect(enrolled.verdict).toMatchObject({ type: 'finished' });
      expect((await strict.attempt(shots(6, 7, 10, 11))).verdict).toMatchObject({ type: 'finished' });
      const stranger = await strict.attempt((await sequence('seq-real/0001_00_00_01')).slice(0, 3));
      expect(stranger.verdict).toMatchObject({ code: 'SERVER_FACE_DOES_NOT_MATCH' });
      const answered = strict.matching.answered.length;
      const print = await strict.attempt(await sequence('seq-print/0005_00_03_03'));
      expect(print.verdict).toMatchObject({ code: 'SERVER_RECOGNITION_FAILED' });
      expect(strict.matching.answered).toHaveLength(answered);
    }, 60_000);
  });
});
