import { bytesToHex } from '@openrecognize/bytes';
import { seededRandom } from '@openrecognize/testing';
import type { DeviceRef } from '../../src/circuit-ref.ts';
import type { NewCircuit } from '../../src/ports/circuit-metadata-store.ts';
import { randomUuid } from '../../src/random-uuid.ts';

/** Distinct per file, so that files may share a database. */
export const circuitFixtures = (seed: string) => {
  const random = seededRandom(seed);
  const uuid = (): string => randomUuid(random.bytes);
  const circuit = (circuitIndex: number): NewCircuit => ({
    circuitIndex,
    payloadSha256: random.bytes(32),
    payloadBytes: 1000,
    objectId: random.bytes(8),
  });
  return {
    bytes: random.bytes,
    uuid,
    circuit,
    device: (): DeviceRef => ({
      userId: bytesToHex(random.bytes(32), { upper: true }),
      deviceId: bytesToHex(random.bytes(16), { upper: true }),
    }),
    /** Circuits of the indices `from` to `from + count - 1`. */
    circuits: (from: number, count: number): readonly NewCircuit[] =>
      Array.from({ length: count }, (_, offset) => circuit(from + offset)),
  };
};
