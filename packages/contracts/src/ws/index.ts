export * from './control-messages.ts';
export * from './frame-header.ts';
export * from './session-errors.ts';
export * from './session-limits.ts';
