#!/usr/bin/env node
// Plain JavaScript on purpose: any Node >= 20 runs this file before anything is installed.
// It installs the locked dependencies once, then runs the asked command under the pinned
// Node that the dependencies bring along.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stampFile = join(root, 'node_modules', '.openrecognize-install');

const fail = (message, code = 1) => {
  console.error(`openrecognize: ${message}`);
  process.exit(code);
};

const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  return result.status ?? (result.signal === 'SIGINT' ? 130 : 1);
};

const runOrExit = (what, command, args, options) => {
  const status = run(command, args, options);
  if (status !== 0) fail(`${what} failed with exit code ${status}`, status);
};

/** npm itself, as the file that started us or the one on the PATH. */
const npmCommand = () => {
  const execPath = process.env.npm_execpath;
  if (execPath?.endsWith('.js') && existsSync(execPath))
    return { command: process.execPath, prefix: [execPath] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
};

const lockHash = () => {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'package.json']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
};

const install = () => {
  const wanted = lockHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  console.log('openrecognize: installing the locked dependencies (once; about 1 GB on disk) ...');
  const { command, prefix } = npmCommand();
  runOrExit(
    'npm ci',
    command,
    [...prefix, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' } },
  );
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
};

/** The program itself needs a newer Node than what starts it. */
const runsServices = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major >= 26;
};

/** The pinned Node of this platform, else the running one if it is new enough. */
const pinnedNode = () => {
  const local = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(local)) return local;
  if (runsServices(process.versions.node)) return process.execPath;
  return fail(
    `no pinned Node for ${process.platform}-${process.arch} and Node ${process.versions.node} is too old; ` +
      'use Node ^22.19, ^24.11 or >= 26',
  );
};

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old; Node 20 or newer starts this project`);

const [command = 'start', ...rest] = process.argv.slice(2);
install();
const node = pinnedNode();
const env = {
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
};
const status = run(node, [join(root, 'tools', 'bootstrap', 'commands.mjs'), command, ...rest], {
  env,
  cwd: process.cwd(),
});
process.exit(status);
