import type { ServiceName } from '@openrecognize/all-in-one';
import type { EndpointAuth, EndpointShape } from '@openrecognize/contracts';
import * as contracts from '@openrecognize/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  describeEndpoint,
  describeServed,
  hasFaceModels,
  problemsOfDocument,
  type ServedDocument,
  servedOperations,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: OpenAPI of the photo services (face models are missing)');

const groups: Readonly<Record<string, Readonly<Record<string, EndpointShape>>>> = {
  'node-persistence': {
    ...contracts.nodePersistenceEndpoints,
    ...contracts.nodePersistenceServerApiEndpoints,
    ...contracts.nodePersistenceAdministrationEndpoints,
    ...contracts.nodePersistenceWebhookEndpoints,
  },
  'circuit-storage': contracts.circuitStorageEndpoints,
  'auth-vault': contracts.authVaultEndpoints,
  'core-daemon': {
    ...contracts.coreDaemonEndpoints,
    ...contracts.coreDaemonDeviceEndpoints,
    ...contracts.coreDaemonServerApiEndpoints,
    readDeviceStock: contracts.readDeviceStock,
  },
  'operations-service': { ...contracts.operationsServiceEndpoints, ...contracts.serverApiEndpoints },
  'enrollment-agent': contracts.enrollmentAgentEndpoints,
  'authentication-service': contracts.authenticationServiceEndpoints,
};

const isEndpoint = (value: unknown): value is EndpointShape =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'auth' in value;

/** Endpoints of the administration stand in no group of their own; their path says whose they are. */
const administration = Object.values(contracts as Record<string, unknown>).filter(
  (value): value is EndpointShape => isEndpoint(value) && value.path.startsWith('/v2/admin/'),
);

const endpointsOf = (service: string): readonly EndpointShape[] => [
  ...Object.values(groups[service] ?? {}),
  ...(service === 'operations-service' ? administration : []),
];

const nameOf = ({ method, path }: { method: string; path: string }): string =>
  `${method} ${path.replace(/:(\w+)/g, '{$1}')}`;

const securityOf: Record<EndpointAuth, readonly Record<string, readonly string[]>[]> = {
  public: [],
  'mobile-key': [{ apiKey: [] }],
  'secret-key': [{ apiKey: [] }],
  operator: [{ operatorSession: [] }, { apiKey: [] }],
  'service-key': [{ serviceKey: [] }],
};

let stack: TestStack;
const documents = new Map<string, ServedDocument>();
const services: readonly ServiceName[] = [
  ...backendServices,
  ...(hasModels ? (['enrollment-agent', 'authentication-service'] as const) : []),
];

beforeAll(async () => {
  stack = await startTestStack({ services });
  for (const name of services) {
    const answer = await fetch(`${stack.urlOf(name)}/openapi.json`);
    documents.set(name, (await answer.json()) as ServedDocument);
  }
});
afterAll(() => stack?.dispose());

it('every endpoint of the contracts is one of a service', () => {
  const owned = new Set(Object.keys(groups).flatMap((service) => endpointsOf(service)));
  const all = Object.values(contracts as Record<string, unknown>).filter(isEndpoint);
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((endpoint) => !owned.has(endpoint)).map(nameOf)).toEqual([]);
});

describe.each(services)('the document that %s serves', (service) => {
  it('is valid OpenAPI 3.1', () => {
    expect(problemsOfDocument(documents.get(service)!)).toEqual([]);
  });

  it('names the endpoints of the contracts, all of them and no other', () => {
    const served = servedOperations(documents.get(service)!).map(nameOf);
    expect(served.sort()).toEqual(endpointsOf(service).map(nameOf).sort());
  });

  it('says of each what the contracts say: credential, parameters, bodies, status', () => {
    const operations = new Map(servedOperations(documents.get(service)!).map((one) => [nameOf(one), one]));
    for (const endpoint of endpointsOf(service)) {
      const served = describeServed(operations.get(nameOf(endpoint))!);
      expect({ of: nameOf(endpoint), ...served }).toEqual({
        of: nameOf(endpoint),
        ...describeEndpoint(endpoint, securityOf[endpoint.auth]),
      });
    }
  });
});

it('each names the header that its service reads a tenant’s key from', async () => {
  for (const service of services) {
    const scheme = documents.get(service)!.components?.securitySchemes?.['apiKey'];
    const name = service === 'authentication-service' ? 'kl-api-key' : 'x-api-key';
    expect({ service, scheme }).toMatchObject({ service, scheme: { type: 'apiKey', in: 'header', name } });
  }
  if (!hasModels) return;
  const { customer, secretApiKey } = stack.tenant;
  const read = (header: string) =>
    fetch(`${stack.urlOf('authentication-service')}/v1/users/${customer}/nobody`, {
      headers: { [header]: secretApiKey },
    });
  expect([(await read('kl-api-key')).status, (await read('x-api-key')).status]).toEqual([200, 401]);
});

describe('a document', () => {
  const sound: ServedDocument = {
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'k' } } },
    paths: {
      '/a/{b}': {
        get: {
          security: [{ key: [] }],
          parameters: [{ name: 'b', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: 'ok' } },
        },
      },
    },
  };
  const operation = sound.paths['/a/{b}']!['get']!;
  const withOperation = (changes: object): ServedDocument => ({
    ...sound,
    paths: { '/a/{b}': { get: { ...operation, ...changes } } },
  });
  const parameter = operation.parameters[0]!;

  it('without a fault has no problem', () => {
    expect(problemsOfDocument(sound)).toEqual([]);
  });

  it.each<[string, ServedDocument]>([
    ['of another version', { ...sound, openapi: '3.0.3' }],
    ['with an undeclared path parameter', withOperation({ parameters: [] })],
    ['with an optional path parameter', withOperation({ parameters: [{ ...parameter, required: false }] })],
    ['with a parameter twice', withOperation({ parameters: [parameter, parameter] })],
    ['with an unknown credential', withOperation({ security: [{ other: [] }] })],
    ['without answers', withOperation({ responses: {} })],
    ['with an answer without a description', withOperation({ responses: { 200: {} } })],
    [
      'with a schema that is none',
      withOperation({ parameters: [{ ...parameter, schema: { type: 'text' } }] }),
    ],
    [
      'with a keyword nobody knows',
      withOperation({ parameters: [{ ...parameter, schema: { typ: 'string' } }] }),
    ],
  ])('%s has one', (_what, document) => {
    expect(problemsOfDocument(document)).not.toEqual([]);
  });
});
