import { seededGarbling } from '@openrecognize/garbled-circuits/compliance';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { describe, expect, it } from 'vitest';
// By path: the page of the other package's tests, which only tests use.
import { type PageGlobals, withChromiumPage } from '../../vision-wasm/test/chromium-page.ts';
import { createWasmGarblingEngine } from '../src/index.ts';

const DIST = '/packages/garbled-circuits-wasm/dist';

// Covers GC-22.
describe('the web engine in Chromium', () => {
  it('garbles and evaluates to the bytes of the engine of the services', async ({ skip }) => {
    const input = seededGarbling(81, 2048, 744);
    const found = await withChromiumPage(new Map(), (page) =>
      page.evaluate(
        async ({ dist, n, threshold, zeroLabels, delta, hashKey }) => {
          const { loadModule } = globalThis as unknown as PageGlobals;
          const web = await loadModule<typeof import('../src/web.ts')>(`${dist}/web.js`);
          const binary = await (await fetch(`${dist}/web-engine.wasm`)).arrayBuffer();
          const engine = await web.loadWasmEngine({ binary });
          const labels = new Uint8Array(zeroLabels);
          const { payload, matchLabel } = engine.garbleHamming({
            n,
            threshold,
            zeroLabels: labels,
            delta: new Uint8Array(delta),
            hashKey: new Uint8Array(hashKey),
          });
          const { outputLabel, valid, match } = engine.evaluateHamming({ payload, labels });
          return {
            garbling: { payload: Array.from(payload), matchLabel: Array.from(matchLabel) },
            evaluation: { outputLabel: Array.from(outputLabel), valid, match },
          };
        },
        {
          dist: DIST,
          n: input.n,
          threshold: input.threshold,
          zeroLabels: Array.from(input.zeroLabels),
          delta: Array.from(input.delta),
          hashKey: Array.from(input.hashKey),
        },
      ),
    );
    if (found === undefined) return skip('no Chromium');
    const engine = createWasmGarblingEngine(nodeAesBatch);
    const { payload, matchLabel } = engine.garbleHamming(input);
    const evaluation = engine.evaluateHamming({ payload, labels: input.zeroLabels });
    expect(found.garbling).toEqual({ payload: Array.from(payload), matchLabel: Array.from(matchLabel) });
    expect(found.evaluation).toEqual({ ...evaluation, outputLabel: Array.from(evaluation.outputLabel) });
    expect(found.evaluation.match).toBe(true);
  }, 60_000);
});
