export * from './auth-vault.ts';
export * from './authentication-service.ts';
export * from './circuit-storage.ts';
export * from './core-daemon.ts';
export * from './endpoint.ts';
export * from './enrollment-agent.ts';
export * as fields from './fields.ts';
export * from './node-persistence.ts';
export * from './operations-service.ts';
