import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BiomAuthConfig,
  type FaceAnalyzerPort,
  type NetworkingModule,
  PhotoEnrollConfig,
} from '@keyless/sdk-mobile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestTrace } from '../observation/exchange.ts';
import type { ClientDevices } from '../ports/client-devices.ts';
import { createFileClientDevices } from './file-client-devices.ts';

const analyzer: FaceAnalyzerPort = {
  artifact: { family: 'test', version: '1' },
  threshold: 744,
  analyze: async () => ({ code: new Uint8Array(256).fill(0x5a), triggeredFilters: [] }),
};

let directory: string;
let devices: ClientDevices;
let sent: string[];
const unreachable: NetworkingModule = {
  sendHTTPRequest: async ({ path }) => {
    sent.push(path);
    throw new Error('connection refused');
  },
};

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'demo-devices-')), 'people');
  sent = [];
  devices = createFileClientDevices({
    directory,
    coreDaemonUrl: 'http://127.0.0.1:9',
    mobileApiKey: 'mk',
    analyzer,
    network: unreachable,
  });
});
afterEach(async () => {
  await devices.close();
  await rm(join(directory, '..'), { recursive: true, force: true });
});

describe('createFileClientDevices', () => {
  it('leaves nothing of a person whose enrollment failed, and notes what was tried', async () => {
    const trace = createRequestTrace(1);
    const photo = Uint8Array.of(1);
    const enrolling = devices.use('ada', { image: photo, trace }, (device) =>
      device.enroll(new PhotoEnrollConfig({ photo })),
    );
    await expect(enrolling).rejects.toMatchObject({ code: 30005 });
    expect(await readdir(directory)).toEqual([]);
    expect(trace.exchanges.map(({ step }) => step)).toEqual(sent.map(() => 'beginEnrollment'));
    expect(trace.exchanges[0]).toMatchObject({ status: 0, facts: { codeBits: 2048, threshold: 744 } });
    expect(trace.pipelineBits).toBe(2048);
  });

  it('says 20000 of a device nobody is enrolled on, without a request', async () => {
    const trace = createRequestTrace(1);
    const session = { image: Uint8Array.of(1), trace };
    const authenticating = devices.use('ada', session, (device) => device.authenticate(new BiomAuthConfig()));
    await expect(authenticating).rejects.toMatchObject({ code: 20000 });
    expect(sent).toEqual([]);
  });

  it('runs the tasks of one person in a row and those of two side by side', async () => {
    const log: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const task = (name: string, mark: string, wait?: Promise<void>) =>
      devices.use(name, { trace: createRequestTrace() }, async () => {
        log.push(`${mark} begins`);
        await wait;
        log.push(`${mark} ends`);
      });
    const all = [task('ada', 'a1', gate), task('ada', 'a2'), task('bob', 'b1')];
    await all[2];
    expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends']);
    open();
    await Promise.all(all);
    expect(log.slice(3)).toEqual(['a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('lists folders that hold a state and have the form of a name', async () => {
    for (const name of ['zoe', 'ada', 'Upper', 'empty'])
      await mkdir(join(directory, name), { recursive: true });
    for (const name of ['zoe', 'ada', 'Upper']) await writeFile(join(directory, name, 'device.store'), '');
    expect(await devices.names()).toEqual(['ada', 'zoe']);
    await devices.remove('zoe');
    expect(await devices.names()).toEqual(['ada']);
  });

  it('touches nothing outside its folder, whatever the name', async () => {
    const attempt = devices.use('../outside', { trace: createRequestTrace() }, async () => {});
    await expect(attempt).rejects.toThrow(TypeError);
    await expect(devices.remove('..')).rejects.toThrow(TypeError);
  });
});
