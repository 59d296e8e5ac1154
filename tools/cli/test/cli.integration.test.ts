import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOfName } from '../../../sdks/mobile/test/named-face.ts';
import { runCli } from '../src/run-cli.ts';
import { startFakeStack } from './fake-stack.ts';

let root: string;
let stack: Awaited<ReturnType<typeof startFakeStack>>;

/** "Photos" begin like JPEG and go on with the name of the face; `blurred` triggers a filter. */
const photo = async (file: string, face: string): Promise<string> => {
  const path = join(root, file);
  await writeFile(path, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(face)]));
  return path;
};

const createAnalyzer = async () => ({
  artifact: { family: 'fake', version: '1' },
  threshold: 744,
  analyze: async ([image]: readonly Uint8Array[]) => {
    const face = Buffer.from(image!.subarray(3)).toString('utf8');
    return face === 'blurred'
      ? { triggeredFilters: ['blur', 'face_too_small'] }
      : { code: codeOfName(face), triggeredFilters: [] };
  },
  close: async () => {},
});

let environment: Record<string, string> = {};

const recognize = async (...argv: string[]) => {
  const written = { stdout: '', stderr: '' };
  const sinkOf = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const host = { stdout: sinkOf('stdout'), stderr: sinkOf('stderr'), environment, createAnalyzer, root };
  const exitCode = await runCli(argv, host);
  return { exitCode, ...written };
};

const recognizeJson = async (...argv: string[]) => {
  const { exitCode, stdout } = await recognize(...argv, '--json');
  return { exitCode, ...JSON.parse(stdout) };
};

beforeEach(async () => {
  environment = {};
  root = await mkdtemp(join(tmpdir(), 'recognize-'));
  stack = await startFakeStack();
  await mkdir(join(root, '.data'));
  await writeFile(join(root, '.data', 'demo-tenant.json'), JSON.stringify(stack.tenant));
});
afterEach(async () => {
  await stack.stop();
  await rm(root, { recursive: true, force: true });
});

const enrollAda = async () => {
  const result = await recognizeJson('enroll', 'ada', await photo('ada-1.jpg', 'ada'));
  expect(result.exitCode).toBe(0);
  return result.userId as string;
};

describe('recognize', () => {
  it('needs no option after npm start: enrolls, authenticates and has the JWT verified', async () => {
    const userId = await enrollAda();
    const second = await photo('ada-2.jpg', 'ada');
    const result = await recognizeJson('authenticate', 'ada', second, '--transaction', '{"amount":"12.00"}');
    expect(result).toMatchObject({
      exitCode: 0,
      verdict: 'match',
      userId,
      circuits: 25,
      claims: { sub: userId, td: '{"amount":"12.00"}' },
      verification: 'accepted',
    });
    expect(Object.keys(result.timings)).toEqual([
      'imageMs',
      'deviceAuthMs',
      'userAuthMs',
      'sendCircuitMs',
      'totalMs',
    ]);
  });

  it('prints the result alone on standard output and its steps on standard error', async () => {
    const { exitCode, stdout, stderr } = await recognize('enroll', 'ada', await photo('a.jpg', 'ada'));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^userId {10}[0-9A-F]{64}$/m);
    expect(stderr).toMatch(/^recognize: enrolling ada$/m);
  });

  it('exits with 3 and 30004 for another face, with 4 and the remaining seconds for the sixth try', async () => {
    await enrollAda();
    const eve = await photo('eve.jpg', 'eve');
    const first = await recognize('authenticate', 'ada', eve);
    expect(first).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/verdict +no match/) });
    expect(first.stderr).toMatch(/^error 30004 faceNotMatching: /m);
    expect(first.stderr).toContain('4 attempts left');
    for (let i = 0; i < 4; i++) await recognize('authenticate', 'ada', eve);
    const sixth = await recognizeJson('authenticate', 'ada', eve);
    expect(sixth).toMatchObject({ exitCode: 4, error: { code: 30007, lockoutRemainingSeconds: 600 } });
    const shown = await recognize('authenticate', 'ada', eve);
    expect(shown.stderr).toContain('locked for another 600 s');
  });

  it('exits with 1 when the operations-service refuses the JWT, and still prints it', async () => {
    await enrollAda();
    stack.verification.isAccepted = false;
    const photoPath = await photo('ada-2.jpg', 'ada');
    const { exitCode, stdout } = await recognize('authenticate', 'ada', photoPath, '--transaction', '{}');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/verification +refused/);
    expect(stdout).toMatch(/jwt +ey/);
  });

  it('exits with 5 and the filters for a picture without a usable face', async () => {
    const path = await photo('blurred.jpg', 'blurred');
    const { exitCode, stderr } = await recognize('enroll', 'ada', path);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('error 30008');
    expect(stderr).toContain('refused by: blur, face_too_small');
  });

  it('exits with 5 and one line naming the file for a file that is no picture', async () => {
    const path = join(root, 'notes.jpg');
    await writeFile(path, 'just text');
    const { exitCode, stderr } = await recognize('enroll', 'ada', path);
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`${path}: not a JPEG, PNG or BMP picture`);
  });

  it('exits with 6 when nothing listens', async () => {
    const path = await photo('ada.jpg', 'ada');
    const { exitCode, stderr } = await recognize('enroll', 'ada', path, '--host', 'http://127.0.0.1:9');
    expect(exitCode).toBe(6);
    expect(stderr).toContain('error 30005');
    expect(await recognize('users', '--operations', 'http://127.0.0.1:9')).toMatchObject({ exitCode: 6 });
  });

  it('lists users over all pages and deletes by name, also without the local store', async () => {
    const ada = await enrollAda();
    await recognize('enroll', 'bob', await photo('bob.jpg', 'bob'));
    const { users } = await recognizeJson('users');
    expect(users.map((user: { externalUserId: string }) => user.externalUserId).sort()).toEqual([
      'ada',
      'bob',
    ]);
    expect(await recognizeJson('delete', 'ada')).toMatchObject({
      userId: ada,
      server: 'deleted',
      local: 'deleted',
    });
    await rm(join(root, '.data', 'cli'), { recursive: true });
    expect(await recognizeJson('delete', 'bob')).toMatchObject({
      server: 'deleted',
      local: 'had no such user',
    });
    expect(await recognizeJson('delete', 'bob')).toMatchObject({ exitCode: 1, error: { code: 534 } });
    expect(stack.daemon.users.size).toBe(0);
  });

  it('forgets a user here whom the server has lost already', async () => {
    await enrollAda();
    stack.daemon.users.clear();
    stack.daemon.devices.clear();
    expect(await recognizeJson('delete', 'ada')).toMatchObject({ exitCode: 0, server: 'had no such user' });
    await enrollAda();
  });

  it('answers 20000 for a name without enrollment and 20001 for one that has one', async () => {
    const path = await photo('ada.jpg', 'ada');
    expect(await recognizeJson('authenticate', 'ada', path)).toMatchObject({
      exitCode: 1,
      error: { code: 20000 },
    });
    await enrollAda();
    expect(await recognizeJson('enroll', 'ada', path)).toMatchObject({ exitCode: 1, error: { code: 20001 } });
  });

  it('keeps nothing readable in its home', async () => {
    const userId = await enrollAda();
    const home = join(root, '.data', 'cli');
    expect((await readdir(home)).sort()).toEqual(['ada.store', 'ada.store.key']);
    expect((await readFile(join(home, 'ada.store'))).includes(Buffer.from(userId))).toBe(false);
  });

  it('follows a data folder that was moved, and opens its stores by a passphrase', async () => {
    await rename(join(root, '.data'), join(root, 'elsewhere'));
    environment = { OPENRECOGNIZE_DATA_DIR: join(root, 'elsewhere'), RECOGNIZE_PASSPHRASE: 'correct horse' };
    await enrollAda();
    expect(await readdir(join(root, 'elsewhere', 'cli'))).toEqual(['ada.store']);
    environment = { ...environment, RECOGNIZE_PASSPHRASE: 'wrong' };
    const failure = await recognizeJson('authenticate', 'ada', await photo('ada-2.jpg', 'ada'));
    expect(failure).toMatchObject({ exitCode: 1, error: { code: 10005, coreCode: 'STORE_CORRUPT' } });
  });

  it('names the error numbers of iOS on request', async () => {
    const path = await photo('ada.jpg', 'ada');
    await enrollAda();
    await writeFile(join(root, '.data', 'cli', 'ada.store'), 'garbage');
    const failure = await recognizeJson('authenticate', 'ada', path, '--platform', 'ios');
    expect(failure).toMatchObject({ exitCode: 1, error: { code: 10005, coreCode: 'STORE_CORRUPT' } });
  });
});

describe('usage', () => {
  it.each([
    [['authenticate', 'ada', 'PHOTO', '--transaction', 'amount=12']],
    [['authenticate', 'ada', 'PHOTO', '--audience', 'shop']],
    [['enroll', 'ada', 'missing.jpg']],
    [['enroll', 'ada', 'FOLDER']],
    [['enroll', 'ada']],
    [['enroll', '../ada', 'PHOTO']],
    [['enroll', '.ada', 'PHOTO']],
    [['enroll', 'a'.repeat(65), 'PHOTO']],
    [['enroll', 'ada', 'PHOTO', '--host', 'nowhere']],
    [['users', '--platform', 'symbian']],
    [['dance']],
    [[]],
  ])('refuses %j with exit code 2 and touches nothing', async (argv) => {
    const path = await photo('ada.jpg', 'ada');
    const words = argv.map((word) => (word === 'PHOTO' ? path : word === 'FOLDER' ? root : word));
    const { exitCode, stdout, stderr } = await recognize(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stack.daemon.calls).toEqual([]);
  });

  it('says what to do when no stack was ever started', async () => {
    await rm(join(root, '.data'), { recursive: true });
    const { exitCode, stderr } = await recognize('users');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('npm start');
  });

  it('prints help on request', async () => {
    const { exitCode, stdout } = await recognize('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('authenticate');
  });
});
