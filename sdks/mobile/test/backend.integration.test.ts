import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeyless } from '../src/keyless.ts';
import { createNodePorts } from '../src/node/node-ports.ts';
import {
  BiomAuthConfig,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  PinAuthConfig,
  PinDeEnrollConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import type { KeylessPorts } from '../src/ports/keyless-ports.ts';
import { fakeAnalyzer, pictureOf } from './test-device.ts';

let stack: TestStack;
let folder: string;
const opened: ReturnType<typeof createKeyless>[] = [];

beforeAll(async () => {
  stack = await startTestStack();
  folder = await mkdtemp(join(tmpdir(), 'keyless-backend-'));
}, 120_000);
afterEach(() => Promise.all(opened.splice(0).map((keyless) => keyless.close())));
afterAll(async () => {
  await stack?.dispose();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A device with everything real but its camera and its face pipeline. */
const createDevice = async (name: string, ports: Partial<KeylessPorts> = {}) => {
  const look = { at: 'ada' };
  const node = createNodePorts({
    camera: { capture: async () => [pictureOf(look.at)] },
    analyzer: fakeAnalyzer(),
    storePath: join(folder, name),
  });
  const keyless = createKeyless({ ...node, ...ports });
  opened.push(keyless);
  const { mobileApiKey, coreDaemonUrl } = stack.tenant;
  await keyless.configure({ apiKey: mobileApiKey, hosts: [coreDaemonUrl] });
  return { keyless, look };
};

const claimsOf = (jwt: string | undefined) =>
  JSON.parse(Buffer.from(jwt!.split('.')[1]!, 'base64url').toString('utf8'));

describe('against the running services', () => {
  it('a face enrolls with a JWT and a secret, signs a shown transaction, is suspended for another face, and leaves', async () => {
    const shown: unknown[] = [];
    const screens = {
      approveTransaction: async (lines: readonly unknown[]) => shown.push(...lines) > 0,
      showIntroduction: async () => {},
    };
    const { keyless, look } = await createDevice('face', { screens });
    const seed = { id: 'seed', value: 'correct horse' };
    const enrolled = await keyless.enroll(
      new BiomEnrollConfig({ jwtSigningInfo: { claimTransactionData: 'welcome' }, savingSecret: seed }),
    );
    expect(claimsOf(enrolled.signedJwt)).toMatchObject({ td: 'welcome', sub: enrolled.keylessId });
    expect((await keyless.whenIdle())?.failure).toBeUndefined();
    const transactionData = '[{"Amount":"12.00 EUR"},{"To":"Zoe"}]';
    const match = await keyless.authenticate(
      new BiomAuthConfig({ dynamicLinkingInfo: { transactionData }, retrievingSecret: 'seed' }),
    );
    expect(shown).toEqual([
      { label: 'Amount', value: '12.00 EUR' },
      { label: 'To', value: 'Zoe' },
    ]);
    expect(claimsOf(match.signedJwt).td).toBe(transactionData);
    expect(match.secret).toEqual(seed);
    await keyless.validateUserAndDeviceActive();
    look.at = 'eve';
    for (const remainingAttempts of [4, 3, 2, 1, 0]) {
      const refused = keyless.authenticate(new BiomAuthConfig());
      await expect(refused).rejects.toMatchObject({ code: 30004, remainingAttempts });
    }
    look.at = 'ada';
    await expect(keyless.deEnroll(new BiomDeEnrollConfig())).rejects.toMatchObject({ code: 30007 });
    expect(await keyless.getLockoutRemainingSeconds()).toBeGreaterThan(500);
  });

  it('a PIN alone enrolls, signs, refuses another PIN with 512, and de-enrolls', async () => {
    const { keyless } = await createDevice('pin');
    const { keylessId } = await keyless.enroll(new PinEnrollConfig('2468'));
    await keyless.whenIdle();
    const { signedJwt } = await keyless.authenticate(
      new PinAuthConfig('2468', { claimTransactionData: 'order 7' }),
    );
    expect(claimsOf(signedJwt)).toMatchObject({ td: 'order 7', sub: keylessId });
    const wrong = keyless.authenticate(new PinAuthConfig('2469'));
    await expect(wrong).rejects.toMatchObject({ code: 512, remainingAttempts: 4 });
    await keyless.deEnroll(new PinDeEnrollConfig('2468'));
    await expect(keyless.getUserId()).rejects.toMatchObject({ code: 20000 });
  });

  it('a face takes a PIN beside it, a client state moves to a second device, and the first one is revoked', async () => {
    const first = await createDevice('first');
    const { keylessId } = await first.keyless.enroll(new BiomEnrollConfig());
    expect((await first.keyless.enroll(new PinEnrollConfig('1234'))).keylessId).toBe(keylessId);
    const both = await first.keyless.authenticate(
      new PinAuthConfig('1234', { claimTransactionData: 'by pin' }),
    );
    expect(claimsOf(both.signedJwt).sub).toBe(keylessId);
    const { clientState } = await first.keyless.authenticate(
      new BiomAuthConfig({ generatingClientState: 'BACKUP', shouldRemovePin: true }),
    );
    expect(await first.keyless.getEnrolledFactors()).toEqual({ face: true, pin: false });
    const second = await createDevice('second');
    const activated = await second.keyless.enroll(new BiomEnrollConfig({ clientState: clientState! }));
    expect(activated.keylessId).toBe(keylessId);
    const deviceToRevoke = await first.keyless.getDevicePublicSigningKey();
    await second.keyless.authenticate(new BiomAuthConfig({ deviceToRevoke }));
    await expect(first.keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 535 });
    await second.keyless.deEnroll(new BiomDeEnrollConfig());
    await expect(first.keyless.validateUserAndDeviceActive()).rejects.toMatchObject({ code: 534 });
  });
});
