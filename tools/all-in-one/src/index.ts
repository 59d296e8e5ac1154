export * from './data-dir.ts';
export * from './demo-secrets.ts';
export * from './ports.ts';
export * from './startup-error.ts';
