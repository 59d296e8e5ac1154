#!/usr/bin/env node
import { runPhotoImport } from './run-photo-import.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.exitCode = await runPhotoImport(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // npm runs scripts in the package's folder and tells where it was called.
  workingDir: process.env['INIT_CWD'] ?? process.cwd(),
  signal: stop.signal,
});
