// AND gates per second, garbling and evaluating, for every engine that runs on Node. Not a test: figures
// depend on the machine, which is printed with them. `--rounds N` runs each case N times (default 400).
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
// By path: this package doesn't depend on the WebAssembly one, only its benchmark looks at it.
import { createWasmGarblingEngine } from '../../garbled-circuits-wasm/dist/index.js';
import { bitslicedAesBatch, createGarblingEngine, type GarblingEngine } from '../dist/index.js';
import { nodeAesBatch } from '../dist/node/index.js';

const SIZES = [512, 1024, 2048, 4096];
const WARM_UP_MS = 300;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } });
const rounds = Number(values.rounds);

function medianMs(action: () => void, count: number): number {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) action();
  const timesMs = Float64Array.from({ length: count }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return timesMs.sort()[count >> 1]!;
}

function measure(engine: GarblingEngine, n: number, count: number) {
  const delta = randomBytes(16);
  delta[0]! |= 1;
  const input = {
    n,
    threshold: Math.floor(0.36 * n),
    zeroLabels: randomBytes(16 * n),
    delta,
    hashKey: randomBytes(16),
  };
  const { payload } = engine.garbleHamming(input);
  const garbleMs = medianMs(() => engine.garbleHamming(input), count);
  const evaluateMs = medianMs(() => engine.evaluateHamming({ payload, labels: input.zeroLabels }), count);
  const rate = (milliseconds: number) => ((n - 1) / milliseconds / 1000).toFixed(2);
  const micros = (milliseconds: number) => (1000 * milliseconds).toFixed(0);
  return {
    engine: engine.name,
    n,
    'garble us': micros(garbleMs),
    'garble M AND/s': rate(garbleMs),
    'evaluate us': micros(evaluateMs),
    'evaluate M AND/s': rate(evaluateMs),
  };
}

const cpu = cpus();
console.log(`${cpu[0]?.model ?? 'unknown CPU'}, ${cpu.length} cores, one used; Node ${process.version}`);
console.log(`medians of ${rounds} runs; ${Math.ceil(rounds / 20)} for the bitsliced AES`);
const engines = [
  { engine: createWasmGarblingEngine(nodeAesBatch), count: rounds },
  { engine: createGarblingEngine(nodeAesBatch), count: rounds },
  { engine: createGarblingEngine(bitslicedAesBatch), count: Math.ceil(rounds / 20) },
];
console.table(engines.flatMap(({ engine, count }) => SIZES.map((n) => measure(engine, n, count))));
