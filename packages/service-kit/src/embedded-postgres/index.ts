export * from './embedded-postgres.ts';
export * from './embedded-postgres-error.ts';
