import { availableParallelism } from 'node:os';
import { limits, protocolDefaults } from '@openrecognize/contracts';
import { defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

/** Port of the service unless `PORT` says otherwise. */
export const defaultPort = 8081;

export const agentConfig = defineConfig({
  circuitCount: Type.Integer({
    env: 'NUM_OF_CIRC',
    default: protocolDefaults.circuitCount,
    minimum: 1,
    maximum: limits.maxCircuitsPerDevice,
    description: 'Circuits of an enrollment: authentications before a refill',
  }),
  coreDaemonUrl: Type.String({
    env: 'AUTH_SERVER_URL',
    default: 'http://127.0.0.1:8082',
    minLength: 1,
    description: 'Base URL of the core-daemon, for online enrollment',
  }),
  mobileApiKey: Type.Optional(
    Type.String({
      env: 'AUTH_SERVER_API_KEY',
      minLength: 1,
      secret: true,
      description: 'Mobile API key of the tenant; without it online enrollment answers 409',
    }),
  ),
  coreDaemonTimeoutMs: Type.Integer({
    env: 'AUTH_SERVER_TIMEOUT_MS',
    default: 10_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Deadline of one call to the core-daemon',
  }),
  maxConcurrency: Type.Integer({
    env: 'MAX_CONCURRENCY',
    default: availableParallelism(),
    minimum: 1,
    maximum: 1_024,
    description: 'Photos worked on at a time; further ones are refused with 429. Default: number of CPUs',
  }),
  keepAliveSeconds: Type.Integer({
    env: 'HTTP_KEEP_ALIVE',
    default: 75,
    minimum: 1,
    maximum: 3_600,
    description: 'How long an idle connection of a caller stays open',
  }),
  biometricWorkers: Type.Optional(
    Type.Integer({
      env: 'BIOMETRIC_WORKERS',
      minimum: 1,
      maximum: 256,
      description: 'Threads that analyse photos, about 100 MB each; one less than there are CPUs by default',
    }),
  ),
  modelManifest: Type.Union([Type.Literal('default'), Type.Literal('clean')], {
    env: 'MODEL_MANIFEST',
    default: 'default',
    description: 'Set of biometric models',
  }),
  modelsDir: Type.Optional(
    Type.String({
      env: 'OPENRECOGNIZE_MODELS_DIR',
      minLength: 1,
      description: 'Folder with the model files',
    }),
  ),
});
