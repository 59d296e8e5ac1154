import { andDepths, type Circuit, GATE_AND } from './circuit.ts';

/** Gates of one AND depth: the ANDs, then the free gates that may read them, each in circuit order. */
export interface Layer {
  readonly andGates: Uint32Array;
  readonly freeGates: Uint32Array;
}

/**
 * Groups gates by AND depth, so that all hashes of a layer go into one batch. AND gates are numbered
 * through the layers in this order, and the numbers are the tweaks (spec 03 GC-9).
 */
export function scheduleLayers(circuit: Circuit): Layer[] {
  const depths = andDepths(circuit);
  const layers: { andGates: number[]; freeGates: number[] }[] = [{ andGates: [], freeGates: [] }];
  for (let g = 0; g < circuit.kinds.length; g++) {
    const depth = depths[circuit.out[g]!]!;
    while (layers.length <= depth) layers.push({ andGates: [], freeGates: [] });
    const layer = layers[depth]!;
    (circuit.kinds[g] === GATE_AND ? layer.andGates : layer.freeGates).push(g);
  }
  return layers.map(({ andGates, freeGates }) => ({
    andGates: Uint32Array.from(andGates),
    freeGates: Uint32Array.from(freeGates),
  }));
}
