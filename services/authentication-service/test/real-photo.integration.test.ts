import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type BiometricPool,
  createBiometricPool,
  hasModelFiles,
  readModelManifest,
} from '@openrecognize/biometrics';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { createService, type Service } from '@openrecognize/service-kit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalWrappingKeyStore, maxBodyBytes, mountAuthenticationService } from '../src/index.ts';
import { createTestImageKeys, encryptPhoto } from './encrypt-photo.ts';
import { createFakeBackend, keyOf } from './fake-backend.ts';

const hasModels = hasModelFiles(readModelManifest('default'));
if (!hasModels) console.info('skipped: enrollment of real encrypted photos (the model files are not here)');

const demoDir = join(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
  '..',
  'demo',
);
const samplePhoto = (file: string): Buffer => readFileSync(join(demoDir, file));
/** The only person in the left half of that photo. */
const portrait = () =>
  sharp(samplePhoto('sample3.jpg')).extract({ left: 381, top: 169, width: 638, height: 638 });

describe.skipIf(!hasModels)('real photos, encrypted', () => {
  const fake = createFakeBackend();
  let pool: BiometricPool;
  let service: Service;
  beforeAll(async () => {
    pool = await createBiometricPool({ workers: 1 });
    service = await createService({
      name: 'authentication-service',
      bodyLimitBytes: maxBodyBytes,
      logging: { level: 'silent' },
    });
    await mountAuthenticationService(service.app, {
      backend: fake.backend,
      analyzer: pool,
      tools: createNodeClientTools(),
      imageKeys: createTestImageKeys(),
      userAuthorization: { authorize: async () => {} },
      wrappingKeys: createLocalWrappingKeyStore(new Uint8Array(32)),
      circuitCount: 25,
      apiKeyCacheSeconds: 0,
      maxConcurrency: 2,
      now: Date.now,
    });
  });
  afterAll(async () => {
    await service.close(0);
    await pool.close();
  });
  const enroll = async (username: string, photo: Buffer, algorithm: 'AES-GCM' | 'AES-GCM-SIV') => {
    const { headers, body } = encryptPhoto(photo, { algorithm });
    const answer = await service.app.inject({
      method: 'POST',
      url: `/v1/users/acme/${username}`,
      headers: { 'kl-api-key': keyOf.secretA, 'content-type': 'application/octet-stream', ...headers },
      payload: body,
    });
    return { status: answer.statusCode, body: answer.json() };
  };

  it('enroll a face by either cipher', async () => {
    const jpeg = await portrait().jpeg({ quality: 95 }).toBuffer();
    for (const algorithm of ['AES-GCM', 'AES-GCM-SIV'] as const) {
      const { status, body } = await enroll(algorithm, jpeg, algorithm);
      expect(status).toBe(201);
      expect(fake.users.get(body.keylessId)!.circuits.length).toBe(25);
    }
  });

  it('of several people are refused by name of the filter', async () => {
    const { status, body } = await enroll('crowd', samplePhoto('sample6.jpg'), 'AES-GCM-SIV');
    expect({ status, code: body.error.code }).toEqual({ status: 422, code: 'FILTER_TRIGGERED' });
    expect(body.error.details.filters).toContain('face_multiple');
  });

  it('that were damaged before they were encrypted are refused as no photos', async () => {
    const jpeg = await portrait().jpeg().toBuffer();
    const { status, body } = await enroll('broken', jpeg.subarray(0, 300), 'AES-GCM');
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'IMAGE_FORMAT_INVALID' });
  });
});
