// AND gates per second, garbling and evaluating, for every engine: on Node, and in Chromium those that run there. Not
// a test: figures depend on the machine, which is printed with them. `--rounds N` runs each case N times (default 400).
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
// By path: this package doesn't depend on the WebAssembly one, only its benchmark looks at it.
import { createWasmGarblingEngine } from '../../garbled-circuits-wasm/dist/index.js';
import { loadWasmEngine } from '../../garbled-circuits-wasm/dist/web.js';
import { withChromiumPage } from '../../vision-wasm/test/chromium-page.ts';
import { bitslicedAesBatch, createGarblingEngine, type GarblingEngine } from '../dist/index.js';
import { nodeAesBatch } from '../dist/node/index.js';

interface Row {
  readonly engine: string;
  readonly n: number;
  readonly garble: Times;
  readonly evaluate: Times;
}

interface Times {
  readonly medianMs: number;
  /** Of all runs: what a shared machine takes away least from. */
  readonly bestMs: number;
}

const SIZES = [512, 1024, 2048, 4096];
const WARM_UP_MS = 300;
const WEB_ENGINE = '/packages/garbled-circuits-wasm/dist';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } });
const rounds = Number(values.rounds);
const slowRounds = Math.ceil(rounds / 20);

/** Medians of garbling and evaluating random circuits of each size. Self-contained, because it also runs in a page. */
function measure(engine: GarblingEngine, sizes: readonly number[], count: number, warmUpMs: number): Row[] {
  const randomOf = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));
  const time = (action: () => void): Times => {
    for (const end = performance.now() + warmUpMs; performance.now() < end; ) action();
    const timesMs = Float64Array.from({ length: count }, () => {
      const start = performance.now();
      action();
      return performance.now() - start;
    }).sort();
    return { medianMs: timesMs[count >> 1], bestMs: timesMs[0] };
  };
  return sizes.map((n) => {
    const delta = randomOf(16);
    delta[0] |= 1;
    const input = {
      n,
      threshold: Math.floor(0.36 * n),
      zeroLabels: randomOf(16 * n),
      delta,
      hashKey: randomOf(16),
    };
    const { payload } = engine.garbleHamming(input);
    return {
      engine: engine.name,
      n,
      garble: time(() => engine.garbleHamming(input)),
      evaluate: time(() => engine.evaluateHamming({ payload, labels: input.zeroLabels })),
    };
  });
}

function print(rows: readonly Row[]): void {
  const columns = (what: string, n: number, { medianMs, bestMs }: Times) => ({
    [`${what} us`]: (1000 * medianMs).toFixed(0),
    [`${what} M AND/s`]: ((n - 1) / medianMs / 1000).toFixed(1),
    [`${what} best`]: ((n - 1) / bestMs / 1000).toFixed(1),
  });
  console.table(
    rows.map(({ engine, n, garble, evaluate }) => ({
      engine,
      n,
      ...columns('garble', n, garble),
      ...columns('evaluate', n, evaluate),
    })),
  );
}

const webBinary = new Uint8Array(
  readFileSync(new URL('../../garbled-circuits-wasm/dist/web-engine.wasm', import.meta.url)),
);
const cpu = cpus();
console.log(`${cpu[0]?.model ?? 'unknown CPU'}, ${cpu.length} cores, one used; Node ${process.version}`);
console.log(`medians of ${rounds} runs; ${slowRounds} for the AES in TypeScript`);
const engines = [
  { engine: createWasmGarblingEngine(nodeAesBatch), count: rounds },
  { engine: createGarblingEngine(nodeAesBatch), count: rounds },
  { engine: await loadWasmEngine({ binary: webBinary }), count: rounds },
  { engine: createGarblingEngine(bitslicedAesBatch), count: slowRounds },
];
print(engines.flatMap(({ engine, count }) => measure(engine, SIZES, count, WARM_UP_MS)));

const inChromium = await withChromiumPage(new Map(), (page, version) => {
  console.log(`Chromium ${version}`);
  const task = {
    sizes: SIZES,
    rounds,
    slowRounds,
    warmUpMs: WARM_UP_MS,
    web: WEB_ENGINE,
    measure: measure.toString(),
  };
  return page.evaluate(async ({ sizes, rounds, slowRounds, warmUpMs, web, measure }) => {
    type Measure = (engine: object, sizes: readonly number[], count: number, warmUpMs: number) => Row[];
    const run = new Function(`return ${measure}`)() as Measure;
    const circuits = await import('/packages/garbled-circuits/dist/index.js' as string);
    const { loadWasmEngine } = await import(`${web}/web.js`);
    const binary = await (await fetch(`${web}/web-engine.wasm`)).arrayBuffer();
    const typescript = circuits.createGarblingEngine(circuits.bitslicedAesBatch);
    return [
      ...run(await loadWasmEngine({ binary }), sizes, rounds, warmUpMs),
      ...run(typescript, sizes, slowRounds, warmUpMs),
    ];
  }, task);
});
if (inChromium !== undefined) print(inChromium);
