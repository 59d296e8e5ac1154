import type { AesBatchFactory } from '../aes-batch.ts';
import type { HammingKernel } from '../engine.ts';
import { createKernelEngine } from '../kernel-engine.ts';
import { liveLabels, seededGarbling } from './garbling-engine-suite.ts';
import { type TestPrimitives, thrownCode } from './test-primitives.ts';

/** What every {@link HammingKernel} keeps: nothing (spec 03 GC-20). `aes` does the hashing meanwhile. */
export function describeKernel(
  kernel: HammingKernel,
  aes: AesBatchFactory,
  { describe, it, expect }: TestPrimitives,
): void {
  const buffers = ['delta', 'wires', 'blocks', 'encrypted', 'rows'] as const;
  const leftovers = () => buffers.filter((name) => kernel[name].some((byte) => byte !== 0));
  const failingAes: AesBatchFactory = {
    name: 'failing',
    create: () => ({
      encryptBlocks: () => {
        throw new RangeError('no AES today');
      },
      dispose: () => {},
    }),
  };

  describe(`kernel ${kernel.name}`, () => {
    for (const n of [64, 2048, 4096]) {
      it(`holds no byte of a secret after garbling and evaluating ${n} bits`, () => {
        const engine = createKernelEngine(kernel, aes);
        const input = seededGarbling(61, n, n >> 2);
        const { payload } = engine.garbleHamming(input);
        expect(leftovers()).toEqual([]);
        engine.evaluateHamming({ payload, labels: liveLabels(input, new Uint8Array(n).fill(1)) });
        expect(leftovers()).toEqual([]);
      });
    }

    it('holds none after a failure in the middle either', () => {
      const input = seededGarbling(62, 64, 3);
      const { payload } = createKernelEngine(kernel, aes).garbleHamming(input);
      const engine = createKernelEngine(kernel, failingAes);
      const failures = [
        () => engine.garbleHamming(input),
        () => engine.evaluateHamming({ payload, labels: input.zeroLabels }),
      ];
      for (const failure of failures) {
        let failed = false;
        try {
          failure();
        } catch (error) {
          failed = error instanceof RangeError;
        }
        expect(failed).toBe(true);
        expect(leftovers()).toEqual([]);
      }
      expect(thrownCode(() => createKernelEngine(kernel, aes).garbleHamming(input))).toBe(undefined);
    });
  });
}
