import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres/index.ts';

const holder = fileURLToPath(new URL('fixtures/postgres-holder.ts', import.meta.url));
/** Any account but root that is known to the system. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'openrecognize-postgres-test-'));
  await chmod(root, 0o755);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const running: EmbeddedPostgres[] = [];
const holders: ChildProcess[] = [];
afterEach(async () => {
  for (const child of holders.splice(0)) child.kill('SIGKILL');
  for (const postgres of running.splice(0)) await postgres.stop();
});

const start = async (dataDir: string, port = 0): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ dataDir, port, password: 'p@ss/word', durable: false });
  running.push(postgres);
  return postgres;
};

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

const serverPid = async (dataDir: string): Promise<number> =>
  Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 25));
};

type HolderReport = { url: string; uid: number } | { code: string; message: string };

const hold = async (dataDir: string, uid?: number) => {
  const child = fork(holder, [dataDir], { ...(uid === undefined ? {} : { uid, gid: uid }), cwd: '/' });
  holders.push(child);
  const [report] = (await once(child, 'message')) as [HolderReport];
  return { child, report };
};

describe('the embedded PostgreSQL', () => {
  it('keeps its data, its password and its port over a stop and a start', async () => {
    const dataDir = join(root, 'restart');
    const first = await start(dataDir);
    await first.createDatabase('demo');
    await first.createDatabase('demo');
    await query(first.url('demo'), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, expected: true });
    const second = await start(dataDir, first.port);
    expect(second.url('demo')).toBe(first.url('demo'));
    expect(await query(second.url('demo'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('lets no one in without the password', async () => {
    const postgres = await start(join(root, 'password'));
    const wrong = postgres.url().replace('p%40ss%2Fword', 'other');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('reports a server that was killed, and starts again over its remains', async () => {
    const dataDir = join(root, 'killed');
    const first = await start(dataDir);
    await query(first.url(), 'CREATE TABLE kept AS SELECT 1 AS one');
    process.kill(await serverPid(dataDir), 'SIGKILL');
    expect(await first.exited).toMatchObject({ expected: false });
    const second = await start(dataDir);
    expect(await query(second.url(), 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('takes the lock file of a dead server away, even if its number now names another program', async () => {
    const dataDir = join(root, 'stale');
    await (await start(dataDir)).stop();
    for (const pid of [process.pid, 2 ** 22 - 1]) {
      await writeFile(join(dataDir, 'postmaster.pid'), `${pid}\n${dataDir}\n0\n5432\n\n127.0.0.1\n`);
      await chown(join(dataDir, 'postmaster.pid'), ...(await ownerOf(dataDir)));
      await (await start(dataDir)).stop();
    }
  });

  it('stops when the process that started it is killed', async () => {
    const dataDir = join(root, 'orphan');
    const { child } = await hold(dataDir);
    const pid = await serverPid(dataDir);
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await gone(pid);
    await start(dataDir);
  });

  it('does not touch a server that another program runs on the folder', async () => {
    const dataDir = join(root, 'in-use');
    const { report } = await hold(dataDir);
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    expect(await query((report as { url: string }).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(start(join(root, 'port'), port)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    });
    other.close();
  });

  it('refuses a folder that holds something else, and leaves it as it was', async () => {
    const dataDir = join(root, 'photos');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'holiday.jpg'), 'x');
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
    expect(await readFile(join(dataDir, 'holiday.jpg'), 'utf8')).toBe('x');
  });

  it('refuses a path that runs through a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(start(join(root, 'file', 'db'))).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  });

  it('recognises data of another major version', async () => {
    const dataDir = join(root, 'version');
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'PG_VERSION'), '14\n');
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_INCOMPATIBLE' });
  });

  it('removes what a killed first start left beside the folder', async () => {
    const dataDir = join(root, 'half');
    await mkdir(`${dataDir}.new-0badc0de`);
    await start(dataDir);
    await expect(stat(`${dataDir}.new-0badc0de`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

const ownerOf = async (path: string): Promise<[number, number]> => {
  const { uid, gid } = await stat(path);
  return [uid, gid];
};

describe.runIf(isRoot)('the embedded PostgreSQL of root', () => {
  it('runs under another account', async () => {
    const dataDir = join(root, 'account');
    await start(dataDir);
    expect((await ownerOf(dataDir))[0]).not.toBe(0);
    expect((await stat(`/proc/${await serverPid(dataDir)}`)).uid).toBe((await ownerOf(dataDir))[0]);
  });

  it('works below a folder that is closed to other accounts', async () => {
    const closed = join(root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const postgres = await start(join(closed, 'data', 'db'));
    expect(await query(postgres.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leaves data of a normal user usable for that user', async () => {
    const home = join(root, 'home');
    await mkdir(home);
    await chown(home, NOBODY, NOBODY);
    const dataDir = join(home, 'db');
    const asUser = await hold(dataDir, NOBODY);
    expect(asUser.report).toMatchObject({ uid: NOBODY });
    asUser.child.send('stop');
    await once(asUser.child, 'exit');
    await (await start(dataDir)).stop();
    const again = await hold(dataDir, NOBODY);
    expect(again.report).toMatchObject({ uid: NOBODY });
  });

  it('tells a normal user that the folder belongs to someone else', async () => {
    const dataDir = join(root, 'foreign');
    await (await start(dataDir)).stop();
    const { report } = await hold(dataDir, NOBODY);
    expect(report).toMatchObject({ code: 'DATA_DIR_UNUSABLE', message: expect.stringContaining(dataDir) });
  });
});
