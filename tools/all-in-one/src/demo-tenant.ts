import { createHash, randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { putApiKey, putTenant } from '@openrecognize/contracts';
import type { DemoSecrets } from './demo-secrets.ts';

/** What a client of the demo tenant needs; written beside the data for the command line and the benchmark. */
export interface DemoTenant {
  readonly customer: string;
  readonly coreDaemonUrl: string;
  readonly operationsUrl: string;
  readonly authenticationServiceUrl: string;
  readonly agentUrl: string;
  readonly mobileApiKey: string;
  readonly secretApiKey: string;
  readonly downloadKey: string;
}

/** Makes the tenant and registers its three keys; repeating it changes nothing. @throws RecognizeError */
export const registerDemoTenant = async (
  nodePersistenceUrl: string,
  customer: string,
  secrets: Pick<DemoSecrets, 'serviceKey' | 'apiKeys'>,
): Promise<void> => {
  const http = createHttpClient({ baseUrl: nodePersistenceUrl, serviceKey: secrets.serviceKey });
  try {
    await callEndpoint(http, putTenant, { params: { customer }, body: {} });
    for (const kind of ['download', 'mobile', 'secret'] as const) {
      const keySha256 = createHash('sha256').update(secrets.apiKeys[kind]).digest('base64');
      await callEndpoint(http, putApiKey, { params: { customer, kind }, body: { keySha256 } });
    }
  } finally {
    await http.close();
  }
};

/** Writes the file whole or not at all, readable by its owner alone: it holds keys. */
export const writeDemoTenant = async (file: string, tenant: DemoTenant): Promise<void> => {
  const growing = `${file}.new-${randomBytes(4).toString('hex')}`;
  await writeFile(growing, `${JSON.stringify(tenant, null, 2)}\n`, { mode: 0o600 });
  await rename(growing, file);
};
