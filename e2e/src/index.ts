export * from './backend-stack.ts';
export * from './ledger.ts';
export * from './synthetic-device.ts';
