import type {
  EndpointOutput,
  listDevices,
  listUsers,
  readJwks,
  readTenant,
  resolveApiKey,
} from '@openrecognize/contracts';
import type { BackendContext } from './backend-port.ts';
import type { ServerApiBackend } from './server-api-backend.ts';

/** The services behind this one, as far as it asks them. All methods throw `RecognizeError`. */
export interface Backend {
  readonly serverApi: ServerApiBackend;
  resolveApiKey(keySha256: string, context: BackendContext): Promise<EndpointOutput<typeof resolveApiKey>>;
  readTenant(customer: string, context: BackendContext): Promise<EndpointOutput<typeof readTenant>>;
  listDevices(
    tenantId: number,
    userId: string,
    context: BackendContext,
  ): Promise<EndpointOutput<typeof listDevices>>;
  listUsers(
    query: { readonly tenantId: number; readonly after?: string; readonly limit: number },
    context: BackendContext,
  ): Promise<EndpointOutput<typeof listUsers>>;
  readJwks(context: BackendContext): Promise<EndpointOutput<typeof readJwks>>;
}
