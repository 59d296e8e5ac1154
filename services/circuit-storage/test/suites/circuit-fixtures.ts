import { bytesToHex } from '@openrecognize/bytes';
import { seededRandom } from '@openrecognize/testing';
import type { DeviceRef } from '../../src/circuit-ref.ts';
import type { NewCircuit } from '../../src/ports/circuit-metadata-store.ts';

/** Distinct per file, so that files may share a database. */
export const circuitFixtures = (seed: string) => {
  const random = seededRandom(seed);
  const uuid = (): string => {
    const hex = bytesToHex(random.bytes(16));
    const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
    return groups.join('-');
  };
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
