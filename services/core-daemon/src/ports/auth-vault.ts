import { authVaultEndpoints as all } from '@openrecognize/contracts';
import type { ServicePort } from './service-port.ts';

/** What the daemon uses of auth-vault. */
export const usedAuthVaultEndpoints = {
  verifyDeviceSignature: all.verifyDeviceSignature,
  storeMatchTokens: all.storeMatchTokens,
  issueRefillTicket: all.issueRefillTicket,
  checkRefillTicket: all.checkRefillTicket,
  resolveMatch: all.resolveMatch,
} as const;

export type AuthVault = ServicePort<typeof usedAuthVaultEndpoints>;
