import type { EndpointOutput, listUsers as listUsersEndpoint } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';

const DEFAULT_PAGE_SIZE = 50;

export const listUsers = async (
  { store }: CommandContext,
  tenantId: number,
  after: string | undefined,
  limit = DEFAULT_PAGE_SIZE,
): Promise<EndpointOutput<typeof listUsersEndpoint>> => ({
  users: [...(await store.listUsers(tenantId, after, limit))],
});
