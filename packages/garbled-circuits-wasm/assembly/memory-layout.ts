/**
 * Where everything lies in the fixed memory of both modules. One label is 16 bytes; MAX_BITS wires,
 * MAX_BITS / 2 gates a layer.
 */

export const MAX_BITS: usize = 4096;
export const LABEL: usize = 16;

export const DELTA: usize = 1024;
export const WIRES: usize = 2048;
export const BLOCKS: usize = WIRES + LABEL * MAX_BITS;
export const ENCRYPTED: usize = BLOCKS + 2 * LABEL * MAX_BITS;
export const ROWS: usize = ENCRYPTED + 2 * LABEL * MAX_BITS;

/** For the AES of the web module: the key, eleven round keys in bit planes, the state, blocks from elsewhere. */
export const KEY: usize = ROWS + LABEL * MAX_BITS;
export const ROUND_KEYS: usize = KEY + 16;
export const STATE: usize = ROUND_KEYS + 11 * 128;
export const GROUP: usize = STATE + 128;
export const AES_END: usize = GROUP + 128;
