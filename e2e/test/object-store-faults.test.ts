import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { atDistance } from '@openrecognize/synthetic-users';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CephRgw, startCephRgw } from '../../tools/test-services/ceph-rgw.ts';
import {
  enrollSyntheticDevice,
  outcomeOf,
  readLedger,
  type SyntheticDevice,
  startCrowd,
  startTcpProxy,
  startTestStack,
  type TcpProxy,
  type TestStack,
} from '../src/index.ts';

const BUCKET = 'payloads';
const CIRCUITS = 10;
const intent = { purpose: 'authenticate', transactionData: '{"amount":"1.00"}' } as const;

let ceph: CephRgw | undefined;
let proxy: TcpProxy;
let stack: TestStack;
const devices: SyntheticDevice[] = [];

beforeAll(async () => {
  const { server, skipped } = await startCephRgw();
  ceph = server;
  if (!server) {
    console.log(`skipped: faults of a real S3 server (${skipped})`);
    return;
  }
  await server.createBucket(BUCKET);
  proxy = await startTcpProxy(Number(new URL(server.endpoint).port));
  stack = await startTestStack({
    overrides: {
      'circuit-storage': {
        OBJECT_STORE_KIND: 's3',
        OBJECT_STORE_DIRECTORY: '',
        S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
        S3_REGION: server.region,
        S3_BUCKET: BUCKET,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: server.credentials.accessKeyId,
        S3_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
        S3_TIMEOUT_MS: '1000',
      },
    },
  });
}, 480_000);
beforeEach((context) => {
  if (!ceph) context.skip();
});
afterEach(async () => {
  if (!ceph) return;
  proxy.setMode('pass');
  const ledger = await readLedger(stack.postgres.url);
  expect(ledger).toMatchObject({
    lostCircuits: 0,
    verdictsWithoutCircuit: 0,
    circuitsWithoutToken: 0,
    verdictsWithLiveToken: 0,
  });
  await Promise.all(devices.splice(0).map((device) => device.close()));
});
afterAll(async () => {
  await stack?.dispose();
  await proxy?.close();
  await ceph?.stop();
});

const enroll = async (circuitCount = CIRCUITS): Promise<SyntheticDevice> => {
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  const device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount });
  devices.push(device);
  return device;
};
const linesOf = async () => (await readFile(stack.logOf('circuit-storage'), 'utf8')).split('\n');
const persistingFailures = async () =>
  (await linesOf()).filter((line) =>
    /"msg":"Persisting circuit on S3 failed\. \[circuitId=[0-9A-F]{64}\/[0-9A-F]{32}\/\d+\]"/.test(line),
  );
const isStorageReady = async () => {
  const answer = await fetch(`${stack.urlOf('circuit-storage')}/health/ready`);
  await answer.body?.cancel();
  return answer.status === 200;
};

/** While the fault lasts: everything that needs a payload is refused with those codes, and nothing changes. */
const expectRefusals = async (device: SyntheticDevice, codes: readonly string[]): Promise<void> => {
  const before = await readLedger(stack.postgres.url);
  const linesBefore = (await persistingFailures()).length;
  expect(codes).toContain(await outcomeOf(enroll()));
  // One a try: the client repeats what may be repeated.
  expect((await persistingFailures()).length).toBeGreaterThan(linesBefore);
  expect(codes).toContain(await outcomeOf(device.authenticate()));
  expect(await isStorageReady()).toBe(false);
  expect(await readLedger(stack.postgres.url)).toEqual(before);
};

/** After it: each circuit that was there before serves, once. */
const expectNothingLost = async (device: SyntheticDevice, circuits: number): Promise<void> => {
  for (let used = 0; used < circuits; used++) {
    expect(await outcomeOf(device.authenticate(300, false)), `circuit ${used}`).toBe('ok');
  }
  expect(await outcomeOf(device.authenticate(300, false))).toBe('NOT_ENOUGH_CIRCUITS');
  expect(await outcomeOf((await enroll()).authenticate())).toBe('ok');
};

describe('an S3 server', () => {
  it.each([
    ['cut', ['STORAGE_UNAVAILABLE']],
    // Who asks circuit-storage may be out of time before its tries are over.
    ['stall', ['STORAGE_UNAVAILABLE', 'SERVICE_TIMEOUT']],
  ] as const)(
    'whose connections %s is named in the log, and every circuit is there when it is back',
    async (fault, codes) => {
      const device = await enroll();
      const reservation = await device.reserve();
      // What is read ahead would be there in spite of the fault.
      const other = await enroll();
      await delay(300);
      proxy.setMode(fault);
      await expectRefusals(other, codes);
      proxy.setMode('pass');
      await expect.poll(isStorageReady, { timeout: 10_000 }).toBe(true);
      const message = device.answer(reservation, atDistance(device.code, 300), intent);
      expect((await device.send(reservation, message)).signedJwt).toBeTruthy();
      await expectNothingLost(device, CIRCUITS - 1);
      // Its attempt during the fault had sent labels, which must never serve another attempt.
      await expectNothingLost(other, CIRCUITS - 1);
    },
    120_000,
  );

  it('that was stopped under load comes back by itself with every circuit', async () => {
    // Each attempt that meets the fault costs its circuit: enough of them for the whole outage.
    const crowd = [await enroll(60), await enroll(60)];
    const before = await readLedger(stack.postgres.url);
    const load = startCrowd(crowd, 300);
    await delay(500);
    await ceph!.stopGateway();
    await delay(1500);
    await ceph!.startGateway();
    await expect.poll(isStorageReady, { timeout: 30_000 }).toBe(true);
    await delay(500);
    const { jwts, refusals } = await load.stop();
    const expected = ['STORAGE_UNAVAILABLE', 'AUTHENTICATION_BUSY', 'SERVICE_TIMEOUT'];
    expect(expected).toEqual(expect.arrayContaining([...refusals]));
    const after = await readLedger(stack.postgres.url);
    expect(jwts).toBeGreaterThan(0);
    expect(after.matches - before.matches).toBeGreaterThanOrEqual(jwts);
    expect(after.consumedCircuits - before.consumedCircuits).toBe(after.matches - before.matches);
    for (const device of crowd) expect(await outcomeOf(device.authenticate())).toBe('ok');
  }, 120_000);
});
