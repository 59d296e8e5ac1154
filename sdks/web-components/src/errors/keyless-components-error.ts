/** Codes that only the components raise; they raise every code of `KeylessError` as well. */
export const KeylessComponentsError = Object.freeze({
  QUEUE_UNSET: 'QUEUE_UNSET',
  SYMBOL_UNSET: 'SYMBOL_UNSET',
  NONCANCELABLE: 'NONCANCELABLE',
});

export type KeylessComponentsError = (typeof KeylessComponentsError)[keyof typeof KeylessComponentsError];
