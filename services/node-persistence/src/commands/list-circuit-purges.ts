import type {
  EndpointOutput,
  listCircuitPurges as listCircuitPurgesEndpoint,
} from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';

const DEFAULT_PAGE_SIZE = 50;

export const listCircuitPurges = async (
  { store }: CommandContext,
  limit = DEFAULT_PAGE_SIZE,
): Promise<EndpointOutput<typeof listCircuitPurgesEndpoint>> => ({
  purges: [...(await store.listCircuitPurges(limit))],
});
