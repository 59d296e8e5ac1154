import { type AesBatchFactory, CircuitError } from '@openrecognize/garbled-circuits';
import type { WasmMemory } from './webassembly.ts';

/** Exports of `assembly/bitsliced-aes.ts`. */
export interface AesExports {
  readonly memory: WasmMemory;
  keyOffset(): number;
  groupOffset(): number;
  prepareKey(): void;
  encryptGroups(from: number, to: number, groups: number): void;
  wipeAes(): void;
}

/** Buffers of the same memory that may be encrypted where they are; both have room for whole groups of 8 blocks. */
export interface InPlaceBuffers {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
}

const BLOCK_BYTES = 16;
const GROUP_BLOCKS = 8;
const GROUP_BYTES = GROUP_BLOCKS * BLOCK_BYTES;

/**
 * Bitsliced AES-128 of one instance of `web-engine.wasm`. The instance holds the schedule of one key: batches that
 * are used in turn expand theirs again.
 *
 * @throws CircuitError PARAMETERS_INVALID from `create`, for a key that is not 16 bytes
 */
export function wasmAesBatch(wasm: AesExports, inPlace?: InPlaceBuffers): AesBatchFactory {
  const memory = new Uint8Array(wasm.memory.buffer);
  const group = memory.subarray(wasm.groupOffset(), wasm.groupOffset() + GROUP_BYTES);
  /** The key whose schedule the instance holds. */
  let current: Uint8Array | undefined;

  const encryptElsewhere = (input: Uint8Array, output: Uint8Array, blockCount: number) => {
    const length = BLOCK_BYTES * blockCount;
    for (let at = 0; at < length; at += GROUP_BYTES) {
      const end = Math.min(at + GROUP_BYTES, length);
      group.set(input.subarray(at, end));
      wasm.encryptGroups(wasm.groupOffset(), wasm.groupOffset(), 1);
      output.set(group.subarray(0, end - at), at);
    }
    group.fill(0);
  };

  return {
    name: 'wasm-bitsliced-aes',
    create(keyBytes) {
      if (keyBytes.length !== BLOCK_BYTES) {
        throw new CircuitError('PARAMETERS_INVALID', 'An AES-128 key has 16 bytes');
      }
      const key = keyBytes.slice();
      return {
        encryptBlocks(input, output, blockCount) {
          if (current !== key) {
            memory.set(key, wasm.keyOffset());
            wasm.prepareKey();
            current = key;
          }
          if (inPlace !== undefined && input === inPlace.input && output === inPlace.output) {
            wasm.encryptGroups(input.byteOffset, output.byteOffset, Math.ceil(blockCount / GROUP_BLOCKS));
          } else {
            encryptElsewhere(input, output, blockCount);
          }
        },
        dispose() {
          key.fill(0);
          if (current === key) {
            wasm.wipeAes();
            current = undefined;
          }
        },
      };
    },
  };
}
