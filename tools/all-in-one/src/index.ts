export * from './data-dir.ts';
export * from './demo-secrets.ts';
export * from './ports.ts';
export * from './startup-error.ts';
export * from './supervised-postgres.ts';
export * from './supervised-service.ts';
export * from './supervisor.ts';
export * from './supervisor-event.ts';
