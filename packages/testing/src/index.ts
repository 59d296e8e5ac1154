export * from './fake-clock.ts';
export * from './fake-kms.ts';
export * from './seeded-random.ts';
export * from './test-postgres.ts';
export * from './web-client.ts';
