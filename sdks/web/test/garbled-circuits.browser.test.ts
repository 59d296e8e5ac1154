import { createGarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { describe, expect, it } from 'vitest';
import type * as garbledCircuits from '../src/garbled-circuits/index.ts';
import { browserObstacle, useSdkPage } from './sdk-page.ts';

const N = 64;
const THRESHOLD = 20;
/** Any bytes do; these are the same on both sides. */
const bytesFrom = (length: number, factor: number) =>
  Array.from({ length }, (_, i) => (i * factor + 7) & 0xff);

describe.skipIf(browserObstacle !== null)(
  `the garbling engine${browserObstacle ? ` (${browserObstacle})` : ''}`,
  () => {
    const sdkPage = useSdkPage();

    it('gives in a page, byte for byte, what the engine of Node gives', async () => {
      const server = await sdkPage.start({
        respond: (path, response) => {
          if (path !== '/engine') return false;
          response.writeHead(200, { 'content-type': 'text/html' });
          response.end(`<!doctype html><link rel="icon" href="data:,"><script type="module">
          import * as sdk from '/sdk/garbled-circuits/index.js'; window.sdk = sdk</script>`);
          return true;
        },
      });
      const page = await sdkPage.open(server, '/engine');
      const input = {
        n: N,
        threshold: THRESHOLD,
        zeroLabels: bytesFrom(16 * N, 31),
        delta: bytesFrom(16, 2),
        hashKey: bytesFrom(16, 5),
      };
      const inPage = await page.evaluate(async ({ n, threshold, ...secrets }) => {
        const { sdk } = globalThis as unknown as { sdk: typeof garbledCircuits };
        const engine = await sdk.loadKeylessGarblingEngine();
        if (engine instanceof Error) return { failure: engine.message };
        const zeroLabels = Uint8Array.from(secrets.zeroLabels);
        const delta = Uint8Array.from(secrets.delta);
        const hashKey = Uint8Array.from(secrets.hashKey);
        const { payload, matchLabel } = engine.garbleHamming({ n, threshold, zeroLabels, delta, hashKey });
        // All bits equal: distance 0 matches.
        const { match, valid } = engine.evaluateHamming({ payload, labels: zeroLabels });
        return { payload: [...payload], matchLabel: [...matchLabel], match, valid };
      }, input);
      const expected = createGarblingEngine(nodeAesBatch).garbleHamming({
        n: N,
        threshold: THRESHOLD,
        zeroLabels: Uint8Array.from(input.zeroLabels),
        delta: Uint8Array.from(input.delta),
        hashKey: Uint8Array.from(input.hashKey),
      });
      expect(inPage).toEqual({
        payload: [...expected.payload],
        matchLabel: [...expected.matchLabel],
        match: true,
        valid: true,
      });
    });
  },
);
