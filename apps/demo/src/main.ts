import { createPoolFaceAnalyzer, fetchNetwork } from '@keyless/sdk-mobile/node';
import { createHttpClient } from '@openrecognize/clients';
import { startService } from '@openrecognize/service-kit';
import { createFileClientDevices } from './adapters/file-client-devices.ts';
import { createHttpOperationsApi } from './adapters/http-operations-api.ts';
import { demoConfig } from './config.ts';
import { openBank } from './open-bank.ts';
import { mountDemo } from './server.ts';

await startService({
  name: 'demo',
  description: 'Demo pages: a bank entered with a face, and what each service saw of a photo',
  defaultPort: 8090,
  configSchema: demoConfig,
  build: async ({ config, service }) => {
    const analyzer = await createPoolFaceAnalyzer({
      manifest: config.modelManifest,
      workers: config.pipelineWorkers,
    });
    service.onClose('pipeline', () => analyzer.close());
    const client = createHttpClient({
      baseUrl: config.operationsUrl,
      defaultHeaders: { 'x-api-key': config.secretApiKey },
    });
    service.onClose('operations', () => client.close());
    const devices = createFileClientDevices({
      directory: config.stateDirectory,
      coreDaemonUrl: config.coreDaemonUrl.replace(/\/$/, ''),
      mobileApiKey: config.mobileApiKey,
      analyzer,
      network: fetchNetwork,
      ...(config.storePassphrase === undefined ? {} : { passphrase: config.storePassphrase }),
    });
    service.onClose('devices', () => devices.close());
    const bankOperations = createHttpClient({
      baseUrl: config.operationsUrl,
      defaultHeaders: { 'x-api-key': config.bankSecretApiKey },
    });
    service.onClose('bank operations', () => bankOperations.close());
    const bankPage = await openBank({
      directory: config.bankDirectory,
      customer: config.bankCustomer,
      audience: config.bankAudience,
      authenticationServiceUrl: config.authenticationServiceUrl,
      operationsUrl: config.operationsUrl,
      operations: bankOperations,
      maxAccounts: config.maxPeople,
      publicUrl: config.publicUrl,
      port: config.port,
      crossOriginIsolation: config.crossOriginIsolation,
    });
    mountDemo(service.app, {
      bankPage,
      devices,
      operations: createHttpOperationsApi(client),
      maxPeople: config.maxPeople,
      maxConcurrency: config.maxConcurrency,
      now: () => performance.now(),
    });
  },
});
