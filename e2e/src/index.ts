export * from './backend-stack.ts';
export * from './fuzzed-requests.ts';
export * from './ledger.ts';
export * from './synthetic-device.ts';
export * from './tcp-proxy.ts';
