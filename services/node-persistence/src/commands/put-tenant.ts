import type { Tenant, TenantSettings } from '../ports/tenant-store.ts';
import type { CommandContext } from './command-context.ts';
import { assertLockoutEffective, defaultTenantSettings } from './lockout-settings.ts';

/** @throws RecognizeError BAD_REQUEST if a setting would switch the lockout off */
export const putTenant = async (
  { store, nowMs }: CommandContext,
  customer: string,
  changes: Partial<TenantSettings>,
): Promise<Tenant> => {
  assertLockoutEffective(changes);
  return store.putTenant(customer, changes, defaultTenantSettings, nowMs());
};
