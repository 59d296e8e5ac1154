/**
 * A real S3 server for tests: Ceph's object gateway over one monitor and one storage daemon that keeps everything in
 * memory. All of it lives in a folder of its own below the temporary folder and on loopback ports. Nothing is left when
 * it is stopped or its parent exits; of a parent that is killed, the folder, but no process.
 *
 * As a program, `node tools/test-services/ceph-rgw.ts`, it prints how to reach it and runs until it is interrupted.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isOnPath, whyNotInstalled } from './debian-packages.ts';
import { freePort } from './free-port.ts';

export interface CephRgw {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  createBucket(name: string): Promise<void>;
  /** `radosgw-admin` with these arguments, e.g. to set a quota; its output. */
  administer(...args: readonly string[]): Promise<string>;
  /** Ends the gateway alone: connections are refused, what is stored stays. */
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  stop(): Promise<void>;
}

/** `server`, or why there is none. */
export type CephRgwStart =
  | { readonly server: CephRgw; readonly skipped?: undefined }
  | { readonly server?: undefined; readonly skipped: string };

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'] as const;
const PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw'] as const;
const START_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 30_000;

const run = promisify(execFile);

const configurationOf = (folder: string, fsid: string, monitorPort: number, gatewayPort: number): string => `
[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms bind msgr2 = false
run dir = ${folder}
admin socket =
log file = ${folder}/$name.log
log to stderr = false
err to stderr = true
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
mon data = ${folder}/mon
mon data avail crit = 0
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw data = ${folder}/rgw
rgw thread pool size = 64
rgw bucket quota ttl = 0
rgw enable usage log = false
`;

/** Daemons die with this process even when it is killed. */
const startDaemon = (folder: string, program: string, ...args: readonly string[]): ChildProcess => {
  const output = openSync(join(folder, `${program}.out`), 'a');
  return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    stdio: ['ignore', output, output],
  });
};

const endDaemon = async (daemon: ChildProcess | undefined, graceMs: number): Promise<void> => {
  if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exited = once(daemon, 'exit');
  if (graceMs > 0) daemon.kill('SIGTERM');
  const kill = setTimeout(() => daemon.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(kill);
};

const untilTrue = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what} did not start`);
    await delay(100);
  }
};

class CephCluster {
  readonly #folder: string;
  readonly #gatewayPort: number;
  readonly #config: string;
  readonly #daemons: ChildProcess[] = [];
  #gateway: ChildProcess | undefined;

  constructor(folder: string, gatewayPort: number) {
    this.#folder = folder;
    this.#gatewayPort = gatewayPort;
    this.#config = join(folder, 'ceph.conf');
  }

  async #command(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, ['-c', this.#config, ...args], {
      timeout: COMMAND_TIMEOUT_MS,
      cwd: this.#folder,
    });
    return stdout;
  }

  async startStorage(fsid: string, monitorPort: number): Promise<void> {
    const folder = this.#folder;
    await writeFile(this.#config, configurationOf(folder, fsid, monitorPort, this.#gatewayPort));
    await writeFile(join(folder, 'keyring'), '');
    for (const name of ['mon', 'osd', 'rgw']) await mkdir(join(folder, name));
    const map = join(folder, 'monmap');
    const address = `[v1:127.0.0.1:${monitorPort}]`;
    await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, map]);
    await this.#command('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map);
    this.#daemons.push(startDaemon(folder, 'ceph-mon', '-c', this.#config, '-i', 'a', '-f'));
    await untilTrue('the monitor', async () => Boolean(await this.#command('ceph', 'mon', 'stat')));
    const storageId = randomUUID();
    await this.#command('ceph', 'osd', 'new', storageId);
    await this.#command('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', storageId);
    this.#daemons.push(startDaemon(folder, 'ceph-osd', '-c', this.#config, '-i', '0', '-f'));
    await this.#command('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=h');
    const isUp = async () => /1 up/.test(await this.#command('ceph', 'osd', 'stat'));
    await untilTrue('the storage daemon', isUp);
  }

  async startGateway(): Promise<void> {
    if (this.#gateway) return;
    this.#gateway = startDaemon(this.#folder, 'radosgw', '-c', this.#config, '-n', 'client.rgw', '-f');
    await untilTrue('the gateway', async () => {
      const answer = await fetch(`http://127.0.0.1:${this.#gatewayPort}/`);
      await answer.body?.cancel();
      return answer.status === 200;
    });
  }

  async stopGateway(): Promise<void> {
    // One that is killed leaves a watch behind, for whose end the next one waits half a minute.
    await endDaemon(this.#gateway, 5000);
    this.#gateway = undefined;
  }

  administer(...args: readonly string[]): Promise<string> {
    return this.#command('radosgw-admin', ...args);
  }

  async stop(): Promise<void> {
    await endDaemon(this.#gateway, 0);
    for (const daemon of this.#daemons.reverse()) await endDaemon(daemon, 0);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What the daemons said, for a start that failed. */
  async complaints(): Promise<string> {
    const read = (name: string) => readFile(join(this.#folder, name), 'utf8').catch(() => '');
    const texts = await Promise.all(['ceph-mon.out', 'ceph-osd.out', 'radosgw.out'].map(read));
    return texts.join('').slice(-2000);
  }
}

/** By the short signature of version 2, which needs no client. */
const createBucket = async (
  endpoint: string,
  { accessKeyId, secretAccessKey }: CephRgw['credentials'],
  name: string,
): Promise<void> => {
  const date = new Date().toUTCString();
  const signature = createHmac('sha1', secretAccessKey).update(`PUT\n\n\n${date}\n/${name}`).digest('base64');
  const answer = await fetch(`${endpoint}/${name}`, {
    method: 'PUT',
    headers: { date, authorization: `AWS ${accessKeyId}:${signature}` },
  });
  if (!answer.ok) throw new Error(`bucket not created: HTTP ${answer.status}`);
  await answer.body?.cancel();
};

const startOnce = async (): Promise<CephRgwStart> => {
  const folder = await mkdtemp(join(tmpdir(), 'ceph-rgw-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const cluster = new CephCluster(folder, gatewayPort);
  const stop = async (): Promise<void> => {
    await cluster.stop();
    process.removeListener('exit', removeFolder);
  };
  const credentials = {
    accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  try {
    await cluster.startStorage(randomUUID(), monitorPort);
    await cluster.startGateway();
    const { accessKeyId, secretAccessKey } = credentials;
    const user = ['--uid=test', '--display-name=test'];
    const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    await cluster.administer('user', 'create', ...user, ...keys);
  } catch (error) {
    const complaints = await cluster.complaints();
    await stop();
    throw new Error(`the S3 server did not start: ${complaints}`, { cause: error });
  }
  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  return {
    server: {
      endpoint,
      region: 'default',
      credentials,
      createBucket: (name) => createBucket(endpoint, credentials, name),
      administer: (...args) => cluster.administer(...args),
      stopGateway: () => cluster.stopGateway(),
      startGateway: () => cluster.startGateway(),
      stop,
    },
  };
};

/** Its daemons choose ports of their own among those that others take at the same moment. */
const START_TRIES = 3;

/**
 * Starts the server, installing it first where that is possible (Debian and its like, as root). Takes about 12 s.
 *
 * @throws Error if it is installed and yet does not start
 */
export const startCephRgw = async (): Promise<CephRgwStart> => {
  const missing = await whyNotInstalled(PROGRAMS, PACKAGES);
  if (missing !== undefined) return { skipped: missing };
  if (!isOnPath('setpriv')) return { skipped: 'setpriv of util-linux is not installed' };
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce();
    } catch (error) {
      if (tries === START_TRIES) throw error;
    }
  }
};

if (import.meta.main) {
  const { server, skipped } = await startCephRgw();
  if (!server) {
    console.log(`skipped: S3 server (${skipped})`);
  } else {
    const { accessKeyId, secretAccessKey } = server.credentials;
    console.log(`S3_ENDPOINT=${server.endpoint}`);
    console.log(`S3_REGION=${server.region}`);
    console.log(`S3_ACCESS_KEY_ID=${accessKeyId}`);
    console.log(`S3_SECRET_ACCESS_KEY=${secretAccessKey}`);
    console.log('running until interrupted');
    const keepAlive = setInterval(() => undefined, 60_000);
    const end = async (): Promise<void> => {
      clearInterval(keepAlive);
      await server.stop();
    };
    process.once('SIGINT', () => void end());
    process.once('SIGTERM', () => void end());
  }
}
