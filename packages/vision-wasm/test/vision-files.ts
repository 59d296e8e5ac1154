import { existsSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { DetectorWorker } from '../src/index.ts';

/** Bytes of a file the build makes; undefined where the build lacked the models. */
export function builtFile(name: string): Uint8Array<ArrayBuffer> | undefined {
  const url = new URL(`../dist/${name}`, import.meta.url);
  return existsSync(url) ? new Uint8Array(readFileSync(url)) : undefined;
}

/** What a browser's worker has, on top of Node's: `postMessage` and message events on the global object. */
const BROWSER_WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (type, listener) => parentPort.once(type, (data) => listener({ data }));
import(workerData);
`;

/** A Node thread that looks to `detector-worker.js` like a browser's worker. */
export function startNodeWorker(): DetectorWorker {
  const script = new URL('../dist/detector-worker.js', import.meta.url).href;
  const worker = new Worker(BROWSER_WORKER, { eval: true, workerData: script });
  return {
    postMessage: (message) => worker.postMessage(message),
    addEventListener: (type: 'message' | 'error', listener: () => void) => void worker.on(type, listener),
    terminate: () => worker.terminate(),
  };
}
