import { defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

export const demoConfig = defineConfig({
  coreDaemonUrl: Type.String({ env: 'CORE_DAEMON_URL', description: 'Base URL of the core-daemon' }),
  operationsUrl: Type.String({ env: 'OPERATIONS_URL', description: 'Base URL of the operations-service' }),
  mobileApiKey: Type.String({
    env: 'MOBILE_API_KEY',
    minLength: 1,
    secret: true,
    description: 'Mobile API key of the tenant: the page acts as a device with it',
  }),
  secretApiKey: Type.String({
    env: 'SECRET_API_KEY',
    minLength: 1,
    secret: true,
    description: 'Secret API key of the tenant: the page acts as an integrator with it',
  }),
  authenticationServiceUrl: Type.String({
    env: 'AUTHENTICATION_SERVICE_URL',
    description: 'Base URL of the authentication-service, as browsers reach it',
  }),
  bankCustomer: Type.String({
    env: 'BANK_CUSTOMER',
    minLength: 1,
    description: 'Tenant of the bank; its setting userAuthorizationJwksUri names this page',
  }),
  bankSecretApiKey: Type.String({
    env: 'BANK_SECRET_API_KEY',
    minLength: 1,
    secret: true,
    description: 'Secret API key of that tenant',
  }),
  bankAudience: Type.String({
    env: 'BANK_JWT_AUDIENCE',
    minLength: 1,
    default: 'fernhollow-bank',
    description: 'Audience of the JWTs the bank accepts: the setting jwtAudience of its tenant',
  }),
  bankDirectory: Type.String({
    env: 'BANK_DIRECTORY',
    minLength: 1,
    description: 'Folder of the accounts of the bank and its key of user authorization',
  }),
  publicUrl: Type.Optional(
    Type.String({
      env: 'PUBLIC_URL',
      pattern: '^https?://[^/?#]+/?$',
      description: 'Address of the page, where it is not reached by a name of this machine',
    }),
  ),
  crossOriginIsolation: Type.Boolean({
    env: 'CROSS_ORIGIN_ISOLATION',
    default: false,
    description: 'Send the headers that threads of WebAssembly need, and use them',
  }),
  stateDirectory: Type.String({
    env: 'STATE_DIRECTORY',
    minLength: 1,
    description: 'Folder of the encrypted client states, one sub-folder for each person',
  }),
  storePassphrase: Type.Optional(
    Type.String({
      env: 'STORE_PASSPHRASE',
      minLength: 8,
      secret: true,
      description: 'Opens the client states; without it each has a key file of mode 0600 beside it',
    }),
  ),
  modelManifest: Type.Union([Type.Literal('default'), Type.Literal('clean')], {
    env: 'MODEL_MANIFEST',
    default: 'default',
    description: 'Set of face models',
  }),
  pipelineWorkers: Type.Integer({
    env: 'PIPELINE_WORKERS',
    default: 1,
    minimum: 1,
    maximum: 64,
    description: 'Threads of the face pipeline, about 100 MB each',
  }),
  maxConcurrency: Type.Integer({
    env: 'MAX_CONCURRENCY',
    default: 4,
    minimum: 1,
    maximum: 256,
    description: 'Enrollments and authentications at a time; who comes beyond gets 429',
  }),
  maxPeople: Type.Integer({
    env: 'MAX_PEOPLE',
    default: 200,
    minimum: 1,
    maximum: 10_000,
    description: 'People the page keeps client states of',
  }),
});
