import { describe, expect, it } from 'vitest';
import type { CircuitState, UploadState } from './ports/circuit-metadata-store.ts';
import { judgeUpload } from './upload-rules.ts';

const sha256 = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const circuit = (circuitIndex: number, fill = circuitIndex) => ({
  circuitIndex,
  payloadSha256: sha256(fill),
});
const state = (
  existing: readonly (readonly [number, CircuitState])[],
  nextFreeIndex: number,
): UploadState => ({
  nextFreeIndex,
  unfinished: existing.length,
  deviceDeleted: false,
  existing: existing.map(([index, state]) => ({ ...circuit(index), state })),
});

describe('judgeUpload', () => {
  it('finds missing what lies at or above the next free index', () => {
    const upload = [circuit(4), circuit(5), circuit(9)];
    expect(judgeUpload(state([[4, 'ready']], 5), upload, 10)).toEqual({ missing: upload.slice(1) });
  });

  it.each(['ready', 'reserved'] as const)('accepts the same circuit again while it is %s', (open) => {
    expect(judgeUpload(state([[0, open]], 1), [circuit(0)], 10)).toEqual({ missing: [] });
  });

  it.each(['consumed', 'skipped', 'lost'] as const)('refuses the same circuit once it is %s', (ended) => {
    expect(judgeUpload(state([[0, ended]], 1), [circuit(0)], 10).conflict?.reason).toBe('INDEX_TAKEN');
  });

  it('refuses another circuit, and one whose row is gone', () => {
    const known = state([[0, 'ready']], 3);
    expect(judgeUpload(known, [circuit(0, 77)], 10).conflict).toEqual({
      reason: 'INDEX_TAKEN',
      circuitIndex: 0,
    });
    expect(judgeUpload(known, [circuit(0), circuit(2)], 10).conflict?.circuitIndex).toBe(2);
  });

  it('counts only what is new against the limit', () => {
    const known = state(
      [
        [0, 'ready'],
        [1, 'ready'],
      ],
      2,
    );
    const upload = [circuit(0), circuit(1), circuit(2)];
    expect(judgeUpload(known, upload, 3).conflict).toBeUndefined();
    expect(judgeUpload(known, upload, 2).conflict?.reason).toBe('TOO_MANY_CIRCUITS');
  });

  it('refuses everything for a deleted device', () => {
    expect(judgeUpload({ ...state([], 0), deviceDeleted: true }, [circuit(0)], 10).conflict?.reason).toBe(
      'DEVICE_DELETED',
    );
  });
});
