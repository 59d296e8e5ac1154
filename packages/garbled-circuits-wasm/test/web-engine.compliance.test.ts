import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bitslicedAesBatch } from '@openrecognize/garbled-circuits';
import {
  describeAesBatch,
  describeGarblingEngine,
  describeKernel,
  seededGarbling,
} from '@openrecognize/garbled-circuits/compliance';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWasmGarblingEngine } from '../src/index.ts';
import { type AesExports, wasmAesBatch } from '../src/wasm-aes-batch.ts';
import { createWasmKernel, type KernelExports, kernelOf } from '../src/wasm-kernel.ts';
import { createWebEngine, loadWasmEngine } from '../src/web.ts';
import { compileModule, instantiateModule } from '../src/webassembly.ts';

const primitives = { describe, it, expect };
const binary = readFileSync(new URL('../dist/web-engine.wasm', import.meta.url));
const module = compileModule(binary);
const instantiate = () => instantiateModule(module) as KernelExports & AesExports;

describeAesBatch(wasmAesBatch(instantiate()), primitives);
describeKernel(createWasmKernel(module), bitslicedAesBatch, primitives);
describeGarblingEngine(createWebEngine(module), primitives);

/** Bytes a copy of the module's memory has that a fresh one has not. */
function leftoverBytes(wasm: KernelExports): number {
  const clean = new Uint8Array(instantiate().memory.buffer);
  const memory = new Uint8Array(wasm.memory.buffer);
  return memory.reduce((count, byte, i) => count + (byte === clean[i] ? 0 : 1), 0);
}

const nodeAes = (key: Uint8Array, blocks: Uint8Array) =>
  new Uint8Array(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(blocks));

describe('the AES of the web engine', () => {
  it('gives what OpenSSL gives, for any key and any number of any blocks', () => {
    const aes = wasmAesBatch(instantiate());
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const blocks = fc.integer({ min: 1, max: 40 }).chain((count) => bytes(16 * count));
    fc.assert(
      fc.property(bytes(16), blocks, (key, input) => {
        const output = new Uint8Array(input.length);
        const batch = aes.create(key);
        batch.encryptBlocks(input, output, input.length / 16);
        batch.dispose();
        expect(output).toEqual(nodeAes(key, input));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the keys of batches apart that are used in turn', () => {
    const aes = wasmAesBatch(instantiate());
    const keys = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));
    const batches = keys.map((key) => aes.create(key));
    const input = Uint8Array.from({ length: 48 }, (_, i) => i);
    for (const i of [0, 1, 2, 1, 0, 2, 2]) {
      const output = new Uint8Array(48);
      batches[i].encryptBlocks(input, output, 3);
      expect(output).toEqual(nodeAes(keys[i], input));
    }
    batches[2].dispose();
    const output = new Uint8Array(48);
    batches[0].encryptBlocks(input, output, 3);
    expect(output).toEqual(nodeAes(keys[0], input));
  });

  it('leaves no byte of key, schedule or blocks in its memory', () => {
    const wasm = instantiate();
    const batch = wasmAesBatch(wasm).create(new Uint8Array(16).fill(9));
    batch.encryptBlocks(new Uint8Array(16 * 11).fill(3), new Uint8Array(16 * 11), 11);
    expect(leftoverBytes(wasm)).toBeGreaterThan(0);
    batch.dispose();
    expect(leftoverBytes(wasm)).toBe(0);
  });
});

// Covers GC-20, GC-22.
describe('the web engine', () => {
  it('gives byte for byte the garblings and labels of the engine of the services', () => {
    const web = createWebEngine(module);
    const node = createWasmGarblingEngine(nodeAesBatch);
    for (const n of [64, 128, 512, 2048, 4096]) {
      const input = seededGarbling(71, n, Math.floor(0.36 * n));
      const garbling = web.garbleHamming(input);
      expect(garbling).toEqual(node.garbleHamming(input));
      const evaluation = { payload: garbling.payload, labels: input.zeroLabels };
      expect(web.evaluateHamming(evaluation)).toEqual(node.evaluateHamming(evaluation));
    }
  });

  it('leaves no byte of a garbling or an evaluation in the memory of its module', () => {
    const wasm = instantiate();
    const kernel = kernelOf(wasm);
    const aes = wasmAesBatch(wasm, { input: kernel.blocks, output: kernel.encrypted });
    for (const n of [64, 4096]) {
      const input = seededGarbling(72, n, 9);
      const batch = aes.create(input.hashKey);
      kernel.delta.set(input.delta);
      kernel.wires.set(input.zeroLabels);
      for (let gates = n / 2, first = 0; gates >= 1; first += gates, gates /= 2) {
        kernel.prepareGarbling(gates, first, 0);
        batch.encryptBlocks(kernel.blocks, kernel.encrypted, 4 * gates);
        kernel.finishGarbling(gates, 0);
      }
      batch.dispose();
      kernel.wipe(n);
      expect(leftoverBytes(wasm)).toBe(0);
    }
  });

  it('is loaded from bytes or from a module, and refuses others', async () => {
    const input = seededGarbling(73, 64, 20);
    const expected = createWebEngine(module).garbleHamming(input);
    expect((await loadWasmEngine({ binary })).garbleHamming(input)).toEqual(expected);
    expect((await loadWasmEngine({ module })).garbleHamming(input)).toEqual(expected);
    const other = readFileSync(new URL('../dist/engine.wasm', import.meta.url));
    for (const source of [new Uint8Array(8), new Uint8Array(0), other]) {
      const code = await loadWasmEngine({ binary: source }).then(
        () => undefined,
        (error: { code?: unknown }) => error.code,
      );
      expect(code).toBe('ENGINE_UNAVAILABLE');
    }
  });
});
