import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atDistance } from '@openrecognize/synthetic-users';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  enrollSyntheticDevice,
  outcomeOf,
  readLedger,
  type SyntheticDevice,
  startCrowd,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const intent = { purpose: 'authenticate', transactionData: '{"amount":"1.00"}' } as const;
const retryable = new Set([
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
  'STORAGE_UNAVAILABLE',
  'JWT_SIGN_FAILED',
  'NET_CONNECTION_FAILED',
]);
/** Beside these: a place that was taken, or a lease that ran out, while nobody answered. */
const refusalsUnderLoad = [...retryable, 'RESERVATION_EXPIRED', 'AUTHENTICATION_BUSY'];

let stack: TestStack;
const devices: SyntheticDevice[] = [];
const enroll = async (circuitCount = 10): Promise<SyntheticDevice> => {
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  const device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount });
  devices.push(device);
  return device;
};

/** Authenticates until it works: what a person's second and third try would be. */
const recovers = async (device: SyntheticDevice): Promise<void> => {
  let last = '';
  for (let i = 0; i < 100; i++) {
    last = await outcomeOf(device.authenticate());
    if (last === 'ok') return;
    expect(retryable).toContain(last);
    await delay(100);
  }
  throw new Error(`still ${last} after 10 s`);
};

const expectConsistent = async (): Promise<void> => {
  const ledger = await readLedger(stack.postgres.url);
  expect(ledger.verdictsWithoutCircuit).toBe(0);
  expect(ledger.circuitsWithoutToken).toBe(0);
  expect(ledger.verdictsWithLiveToken).toBe(0);
};

beforeAll(async () => {
  stack = await startTestStack();
});
afterEach(async () => {
  await expectConsistent();
  await Promise.all(devices.splice(0).map((device) => device.close()));
});
afterAll(() => stack?.dispose());

describe('the core-daemon', () => {
  it('killed between the two steps loses nothing: another process finishes the reservation', async () => {
    const device = await enroll();
    const reservation = await device.reserve();
    stack.kill('core-daemon');
    await delay(200);
    await stack.untilReady('core-daemon');
    const message = device.answer(reservation, atDistance(device.code, 300), intent);
    expect((await device.send(reservation, message)).signedJwt).toBeTruthy();
    // Its circuit is spent: the same bytes are refused (ZK-2).
    expect(await outcomeOf(device.send(reservation, message))).toBe('REPLAY_REFUSED');
  });

  it('killed while it evaluates gives no JWT twice and no circuit twice, and recovers by itself', async () => {
    const device = await enroll(40);
    const before = await readLedger(stack.postgres.url);
    let jwts = 0;
    const circuits = new Set<number>();
    for (let round = 0; round < 5; round++) {
      const reservation = await device.reserve().catch(() => undefined);
      if (reservation) {
        expect(circuits.has(reservation.circuitIndex)).toBe(false);
        circuits.add(reservation.circuitIndex);
        const message = device.answer(reservation, atDistance(device.code, 300), intent);
        const answered = outcomeOf(device.send(reservation, message));
        await delay(round * 2);
        stack.kill('core-daemon');
        const outcome = await answered;
        if (outcome === 'ok') jwts++;
        else expect(retryable).toContain(outcome);
      }
      // Crashes in a row are followed by growing pauses.
      await stack.untilReady('core-daemon', 60_000);
    }
    const after = await readLedger(stack.postgres.url);
    expect(after.matches - before.matches).toBeGreaterThanOrEqual(jwts);
    expect(after.failures).toBe(before.failures);
    await recovers(device);
  }, 120_000);
});

describe('the auth-vault', () => {
  it('down costs no circuit, and the same circuit serves after its return', async () => {
    const device = await enroll();
    const reservation = await device.reserve();
    const before = await readLedger(stack.postgres.url);
    await stack.service('auth-vault').stop();
    expect(await outcomeOf(device.authenticate())).toBe('SERVICE_UNAVAILABLE');
    const message = device.answer(reservation, atDistance(device.code, 300), intent);
    expect(await outcomeOf(device.send(reservation, message))).toBe('SERVICE_UNAVAILABLE');
    const during = await readLedger(stack.postgres.url);
    expect(during.consumedCircuits).toBe(before.consumedCircuits);
    await stack.startAgain('auth-vault');
    expect((await device.send(reservation, message)).signedJwt).toBeTruthy();
    expect((await readLedger(stack.postgres.url)).consumedCircuits).toBe(during.consumedCircuits + 1);
    await recovers(device);
  });
});

describe('circuit-storage and node-persistence', () => {
  it('killed under load answer with codes of the catalogue and come back', async () => {
    const crowd = await Promise.all([enroll(30), enroll(30), enroll(30)]);
    const before = await readLedger(stack.postgres.url);
    const load = startCrowd(crowd);
    for (const name of ['circuit-storage', 'node-persistence'] as const) {
      await delay(700);
      stack.kill(name);
      await delay(300);
      await stack.untilReady(name);
    }
    await delay(500);
    const { jwts, refusals } = await load.stop();
    expect(refusalsUnderLoad).toEqual(expect.arrayContaining([...refusals]));
    const after = await readLedger(stack.postgres.url);
    expect(jwts).toBeGreaterThan(0);
    expect(after.matches - before.matches).toBeGreaterThanOrEqual(jwts);
    expect(after.failures).toBe(before.failures);
    for (const device of crowd) await recovers(device);
  }, 120_000);
});

describe('the database', () => {
  it('restarted under load loses no user and no verdict', async () => {
    const crowd = await Promise.all([enroll(30), enroll(30)]);
    const before = await readLedger(stack.postgres.url);
    const load = startCrowd(crowd);
    await delay(500);
    await stack.postgres.restart();
    await delay(1_000);
    const { jwts, refusals } = await load.stop();
    expect(refusalsUnderLoad).toEqual(expect.arrayContaining([...refusals]));
    for (const device of crowd) await recovers(device);
    const after = await readLedger(stack.postgres.url);
    expect(after.users).toBe(before.users);
    expect(after.matches - before.matches).toBeGreaterThanOrEqual(jwts);
    expect(after.failures).toBe(before.failures);
  }, 120_000);
});

describe('the object store', () => {
  const mountSmallDisk = (): string | undefined => {
    const folder = mkdtempSync(join(tmpdir(), 'openrecognize-small-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
      return folder;
    } catch {
      return undefined;
    }
  };

  it('with a full disk refuses an enrollment whole, keeps authenticating, and takes circuits again later', async (context) => {
    const folder = mountSmallDisk();
    if (!folder) {
      console.log('skipped: full disk (mounting a small file system needs rights this user lacks)');
      return context.skip();
    }
    const small = await startTestStack({
      overrides: { 'circuit-storage': { OBJECT_STORE_DIRECTORY: folder } },
    });
    try {
      const { coreDaemonUrl, mobileApiKey } = small.tenant;
      const first = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 10 });
      const outcomes: string[] = [];
      for (let i = 0; i < 4; i++) {
        outcomes.push(
          await outcomeOf(enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 10 })),
        );
      }
      expect(outcomes).toContain('STORAGE_UNAVAILABLE');
      expect(new Set(outcomes)).toEqual(new Set(['ok', 'STORAGE_UNAVAILABLE']));
      const log = await readFile(small.logOf('circuit-storage'), 'utf8');
      expect(log).toMatch(/Persisting circuit on S3 failed\. \[circuitId=.+?\]/);
      const ledger = await readLedger(small.postgres.url);
      expect(ledger.users).toBe(1 + outcomes.filter((outcome) => outcome === 'ok').length);
      expect(ledger.circuitsWithoutToken).toBe(0);
      expect(await outcomeOf(first.authenticate())).toBe('ok');
      execFileSync('mount', ['-o', 'remount,size=32m', folder]);
      expect(await outcomeOf(enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 10 }))).toBe(
        'ok',
      );
      await first.close();
    } finally {
      await small.dispose();
      execFileSync('umount', ['-l', folder]);
    }
  }, 120_000);
});
