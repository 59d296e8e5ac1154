export { createRefillTickets, type RefillTickets } from './commands/refill-tickets.ts';
export { type AuthVaultConfig, authVaultConfig, defaultPort } from './config.ts';
export type { Incidents } from './ports/incidents.ts';
export type { JwtSigner } from './ports/jwt-signer.ts';
export type { NodePersistence } from './ports/node-persistence.ts';
export { type AuthVaultDeps, buildAuthVault, mountAuthVault } from './server.ts';
