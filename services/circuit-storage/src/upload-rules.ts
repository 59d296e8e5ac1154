import { constantTimeEqual } from '@openrecognize/bytes';
import type { CircuitState, NewCircuit, UploadState } from './ports/circuit-metadata-store.ts';

export interface StoredCircuit {
  readonly circuitIndex: number;
  readonly state: CircuitState;
  readonly payloadSha256: Uint8Array;
}

export interface UploadConflict {
  readonly reason: 'INDEX_TAKEN' | 'TOO_MANY_CIRCUITS' | 'DEVICE_DELETED';
  /** First index that was refused. */
  readonly circuitIndex?: number;
}

export type UploadVerdict<Circuit> =
  | { readonly conflict: UploadConflict }
  | {
      readonly conflict?: undefined;
      /** What is not stored yet. */
      readonly missing: readonly Circuit[];
    };

const isOpen = (state: CircuitState): boolean => state === 'ready' || state === 'reserved';

/**
 * What an upload may do, the same for all stores: an index at or above `nextFreeIndex` is new; below it, only the very
 * circuit that is still stored there is accepted again. So no index is ever given a second circuit, also after its
 * tombstone is gone, and a repeated upload of consumed circuits is refused.
 */
export const judgeUpload = <Circuit extends Pick<NewCircuit, 'circuitIndex' | 'payloadSha256'>>(
  state: UploadState,
  circuits: readonly Circuit[],
  maxUnfinished: number,
): UploadVerdict<Circuit> => {
  if (state.deviceDeleted) return { conflict: { reason: 'DEVICE_DELETED' } };
  const existing = new Map(state.existing.map((row) => [row.circuitIndex, row]));
  const missing: Circuit[] = [];
  for (const circuit of circuits) {
    const { circuitIndex } = circuit;
    if (circuitIndex >= state.nextFreeIndex) {
      missing.push(circuit);
      continue;
    }
    const row = existing.get(circuitIndex);
    const same = row && isOpen(row.state) && constantTimeEqual(row.payloadSha256, circuit.payloadSha256);
    if (!same) return { conflict: { reason: 'INDEX_TAKEN', circuitIndex } };
  }
  if (state.unfinished + missing.length > maxUnfinished) return { conflict: { reason: 'TOO_MANY_CIRCUITS' } };
  return { missing };
};
