import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDataDir } from '../src/data-dir.ts';
import { StartupError } from '../src/startup-error.ts';
import type { ServiceSpec } from '../src/supervised-service.ts';
import { createSupervisor, type Supervisor } from '../src/supervisor.ts';
import type { SupervisorEvent } from '../src/supervisor-event.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
let events: SupervisorEvent[];
let supervisor: Supervisor;
let logsFolder: string;
const processes: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openrecognize-supervisor-'));
  logsFolder = (await prepareDataDir(join(folder, 'data'))).logs;
  events = [];
  supervisor = createSupervisor({ logsFolder, onEvent: (event) => events.push(event) });
});
afterEach(async () => {
  await supervisor.stop();
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const specOf = async (environment: Record<string, string> = {}, more: Partial<ServiceSpec> = {}) => {
  const port = await freePort();
  const spec: ServiceSpec = {
    name: 'sample-child',
    entry: fixture('sample-child.ts'),
    environment: { PORT: String(port), ...environment },
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
    ...more,
  };
  return { spec, url: `http://127.0.0.1:${port}` };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 25));
};

const kinds = (): string[] => events.map(({ kind }) => kind);

describe('a supervised service', () => {
  it('is ready when its start returns, logs to its file, and knows nothing of our environment', async () => {
    process.env['SECRET_OF_THE_PARENT'] = 'x';
    const { spec, url } = await specOf();
    const [service] = await supervisor.startServices([spec]);
    expect(await (await fetch(`${url}/pid`)).json()).toEqual({ pid: service!.pid });
    // Lines are collected for a moment before they are written.
    await until(async () => {
      const written = await readFile(join(logsFolder, 'sample-child.log'), 'utf8');
      const lines = written.split('\n').slice(0, -1);
      return lines.some((line) => (JSON.parse(line) as { msg: string }).msg === 'listening');
    });
    const environment = await readFile(`/proc/${service!.pid}/environ`, 'utf8');
    expect(environment).not.toContain('SECRET_OF_THE_PARENT');
    const { pid } = service!;
    await supervisor.stop();
    expect(isAlive(pid!)).toBe(false);
    expect(kinds()).toEqual(['starting', 'ready', 'stopped']);
  });

  it('starts again after a crash, without a hand on it', async () => {
    const { spec, url } = await specOf();
    const [service] = await supervisor.startServices([spec]);
    const before = service!.pid;
    await fetch(`${url}/crash`, { method: 'POST' }).catch(() => {});
    await until(() => kinds().filter((kind) => kind === 'ready').length === 2);
    expect(events[2]).toEqual({
      kind: 'crashed',
      name: 'sample-child',
      code: 7,
      signal: null,
      restartInMs: 250,
    });
    process.kill(service!.pid!, 'SIGKILL');
    await until(() => kinds().filter((kind) => kind === 'ready').length === 3);
    expect(events[5]).toMatchObject({ kind: 'crashed', signal: 'SIGKILL', restartInMs: 500 });
    expect(service!.restarts).toBe(2);
    expect(await (await fetch(`${url}/pid`)).json()).toEqual({ pid: service!.pid });
    expect(service!.pid).not.toBe(before);
  });

  it('stays down when it is stopped between a crash and the next start', async () => {
    const { spec, url } = await specOf();
    await supervisor.startServices([spec]);
    await fetch(`${url}/crash`, { method: 'POST' }).catch(() => {});
    await until(() => kinds().includes('crashed'));
    await supervisor.stop();
    expect(kinds()).toEqual(['starting', 'ready', 'crashed', 'stopped']);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('fails its first start with the reason from its log', async () => {
    const { spec } = await specOf({ MODE: 'refuse' });
    const start = supervisor.startServices([spec]);
    await expect(start).rejects.toBeInstanceOf(StartupError);
    await expect(start).rejects.toThrow(
      /^sample-child did not start: Error: no configuration in \/etc\/sample; its log: /,
    );
  });

  it('fails its first start when the program cannot be loaded', async () => {
    const { spec } = await specOf({}, { entry: join(folder, 'missing.js') });
    await expect(supervisor.startServices([spec])).rejects.toThrow(
      /did not start: Error: Cannot find module/,
    );
  });

  it('fails its first start when it is not ready in time, and does not stay behind', async () => {
    const { spec, url } = await specOf({ MODE: 'never-ready' }, { readyTimeoutMs: 1500 });
    await expect(supervisor.startServices([spec])).rejects.toThrow(/did not become ready in time/);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('is ended by force when it does not stop', async () => {
    const { spec } = await specOf({ MODE: 'hang' }, { stopTimeoutMs: 300 });
    const [service] = await supervisor.startServices([spec]);
    const { pid } = service!;
    await supervisor.stop();
    expect(isAlive(pid!)).toBe(false);
    expect(events.at(-1)).toEqual({ kind: 'stopped', name: 'sample-child', forced: true });
  });

  it('can be stopped while it starts', async () => {
    const { spec, url } = await specOf({ MODE: 'never-ready' });
    const start = supervisor.startServices([spec]);
    const refused = expect(start).rejects.toThrow(/stopped before it was ready/);
    await until(() =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    );
    await supervisor.stop();
    await refused;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the supervisor', () => {
  it('stops in reverse order of starting', async () => {
    const one = await specOf({}, { name: 'one' });
    const two = await specOf({}, { name: 'two' });
    await supervisor.startServices([one.spec]);
    await supervisor.startServices([two.spec]);
    supervisor.adopt({
      name: 'web',
      stop: async () => void events.push({ kind: 'stopped', name: 'web', forced: false }),
    });
    await supervisor.stop();
    const stopped = events.filter(({ kind }) => kind === 'stopped').map(({ name }) => name);
    expect(stopped).toEqual(['web', 'two', 'one']);
  });

  it('starts the database again when it is killed', async () => {
    const dataDir = join(folder, 'data', 'postgres');
    const postgres = await supervisor.startPostgres({
      dataDir,
      port: await freePort(),
      password: 'pw',
      database: 'demo',
    });
    const pidOf = async () => Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);
    const before = await pidOf();
    process.kill(before, 'SIGKILL');
    await until(() => kinds().filter((kind) => kind === 'ready').length === 2);
    expect(postgres.restarts).toBe(1);
    expect(await pidOf()).not.toBe(before);
    const after = await pidOf();
    await postgres.restart();
    expect(await pidOf()).not.toBe(after);
  });

  it('reports a database that cannot start as one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const options = { dataDir: join(folder, 'data', 'postgres'), port, password: 'pw', database: 'demo' };
    await expect(supervisor.startPostgres(options)).rejects.toThrow(
      `the database port ${port} on 127.0.0.1 is taken by another program`,
    );
    taken.close();
  });
});

describe('a whole stack', () => {
  interface Up {
    readonly pids: number[];
  }

  const startStack = async () => {
    const root = join(folder, 'data');
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const child = spawn(process.execPath, [fixture('sample-stack.ts'), root, ...ports.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    processes.push(child);
    const printed: SupervisorEvent[] = [];
    const up = await new Promise<Up>((resolve) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const event = JSON.parse(line) as SupervisorEvent | (Up & { kind: 'up' });
        if (event.kind === 'up') resolve(event);
        else printed.push(event);
      });
    });
    const database = Number.parseInt(await readFile(join(root, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    return { child, printed, pids: [...up.pids, database] };
  };

  it.each(['SIGINT', 'SIGTERM'] as const)('ends in order on %s to its process group', async (signal) => {
    const { child, printed, pids } = await startStack();
    // As a terminal does on Ctrl-C: the whole group gets it.
    process.kill(-child.pid!, signal);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const stopped = printed.filter(({ kind }) => kind === 'stopped').map(({ name }) => name);
    expect(stopped.slice(0, 2).sort()).toEqual(['service-1', 'service-2']);
    expect(stopped[2]).toBe('postgres');
    expect(printed.filter(({ kind }) => kind === 'crashed')).toEqual([]);
  });

  it('leaves nothing behind when it is killed, and starts again on the same data', async () => {
    const { child, pids } = await startStack();
    expect(pids.filter(isAlive)).toEqual(pids);
    child.kill('SIGKILL');
    await until(() => pids.filter(isAlive).length === 0);
    const again = await startStack();
    again.child.kill('SIGTERM');
    await once(again.child, 'close');
    expect(again.pids.filter(isAlive)).toEqual([]);
  });
});
