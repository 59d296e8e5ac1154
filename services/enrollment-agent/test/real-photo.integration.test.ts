import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type BiometricPool,
  createBiometricPool,
  hasModelFiles,
  readModelManifest,
} from '@openrecognize/biometrics';
import { base64ToBytes } from '@openrecognize/bytes';
import { FilterTriggered } from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import { decodeCircuitBatch, decodeServerState } from '@openrecognize/zkb/messages';
import sharp from 'sharp';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxBodyBytes } from '../src/image-intake.ts';
import { mountAgent } from '../src/index.ts';
import { authenticateWith, tools } from './enrolled-device.ts';

const hasModels = hasModelFiles(readModelManifest('default'));
if (!hasModels) console.info('skipped: enrollment of real photos (the model files are not here)');

const demoDir = join(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
  '..',
  'demo',
);
const samplePhoto = (file: string): Buffer => readFileSync(join(demoDir, file));
/** The only person in the left half of that photo. */
const portrait = () =>
  sharp(samplePhoto('sample3.jpg')).extract({ left: 381, top: 169, width: 638, height: 638 });

describe.skipIf(!hasModels)('real photos', () => {
  let pool: BiometricPool;
  let service: Service;
  beforeAll(async () => {
    pool = await createBiometricPool({ workers: 1 });
    service = await createService({
      name: 'enrollment-agent',
      bodyLimitBytes: maxBodyBytes,
      logging: { level: 'silent' },
    });
    await mountAgent(service.app, {
      analyzer: pool,
      tools,
      circuitCount: 25,
      maxConcurrency: 2,
      now: Date.now,
    });
  });
  afterAll(async () => {
    await service.close(0);
    await pool.close();
  });
  const enroll = async (payload: Buffer, headers: Record<string, string> = {}) => {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/offline-enrollment',
      headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE', ...headers },
      payload,
    });
    return { status: answer.statusCode, body: answer.json() };
  };

  it('enroll a face whose client state matches another rendering of it', async () => {
    const { status, body } = await enroll(await portrait().jpeg({ quality: 95 }).toBuffer());
    expect(status).toBe(200);
    const { circuits } = decodeCircuitBatch(decodeServerState(base64ToBytes(body.serverState)).batches[0]!);
    expect(circuits.length).toBe(25);
    const other = await pool.analyze(await portrait().resize(420).png().toBuffer(), { scenario: 'SELFIE' });
    expect(authenticateWith(body.clientState, circuits[0]!, other.code!.bits)).toBe(true);
  });

  it('enroll from PNG and from base64 as well', async () => {
    expect(await enroll(await portrait().png().toBuffer(), { 'content-type': 'image/png' })).toMatchObject({
      status: 200,
    });
    const text = (await portrait().jpeg().toBuffer()).toString('base64');
    expect(await enroll(Buffer.from(text), { 'content-encoding': 'base64' })).toMatchObject({ status: 200 });
  });

  it('with several people or nobody are refused with the figures of the pipeline', async () => {
    const crowd = await enroll(samplePhoto('sample6.jpg'));
    expect(crowd.status).toBe(422);
    expect(Value.Errors(FilterTriggered, crowd.body)).toEqual([]);
    expect(crowd.body.detail).toContain('face_multiple');
    expect(crowd.body.stats.faceCount).toBeGreaterThan(1);
    const nobody = await enroll(samplePhoto('screenshot-images.png'));
    expect(nobody.status).toBe(422);
    expect(Value.Errors(FilterTriggered, nobody.body)).toEqual([]);
    expect(nobody.body.detail).toContain('face_missing');
  });

  it('that are damaged are refused with 400', async () => {
    const whole = await portrait().jpeg().toBuffer();
    for (const payload of [whole.subarray(0, 200), Buffer.from('%PDF-1.7'), Buffer.alloc(100)]) {
      const { status, body } = await enroll(payload);
      expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'IMAGE_FORMAT_INVALID' });
    }
  });
});
