import { RecognizeError } from '@openrecognize/contracts';
import type { Tenant } from '../ports/tenant-store.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError CUSTOMER_NOT_FOUND */
export const readTenant = async ({ store }: CommandContext, customer: string): Promise<Tenant> => {
  const tenant = await store.readTenant(customer);
  if (tenant === undefined) throw new RecognizeError('CUSTOMER_NOT_FOUND');
  return tenant;
};
