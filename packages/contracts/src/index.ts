export * from './errors/index.ts';
export * from './http/index.ts';
export * from './jwt-claims.ts';
export * from './limits.ts';
