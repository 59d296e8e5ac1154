import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';
import { loadConfig } from '@openrecognize/service-kit';
import { seededRandom } from '@openrecognize/testing';
import { encodeCircuitBatch } from '@openrecognize/zkb/messages';
import { type CircuitStorageConfig, configSchema } from '../../src/config.ts';
import type { CircuitStorageDependencies } from '../../src/dependencies.ts';
import { type CircuitStorageParts, createCircuitStorage } from '../../src/server.ts';

export const SERVICE_KEY = 'service-key-of-the-tests';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Answer of a call: the output, or the code it was refused with. */
export type Answer<E extends EndpointShape> =
  | { readonly output: EndpointOutput<E>; readonly code?: undefined }
  | {
      readonly output?: undefined;
      readonly code: string;
      readonly status: number;
      readonly details?: Record<string, unknown>;
    };

export interface RunningCircuitStorage {
  readonly dependencies: CircuitStorageDependencies;
  readonly logLines: LogLine[];
  readonly app: Awaited<ReturnType<typeof createCircuitStorage>>['service']['app'];
  call<E extends EndpointShape>(endpoint: E, input: EndpointInput<E>): Promise<Answer<E>>;
  /** The output of a call that must succeed. */
  ok<E extends EndpointShape>(endpoint: E, input: EndpointInput<E>): Promise<EndpointOutput<E>>;
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

export const configOf = (environment: Record<string, string> = {}): CircuitStorageConfig =>
  loadConfig(configSchema, {
    DATABASE_URL: 'postgres://unused',
    SERVICE_KEY,
    OBJECT_STORE_DIRECTORY: '/nonexistent/unused',
    OBJECT_STORE_FSYNC: 'false',
    // Tests run the jobs themselves.
    SWEEP_INTERVAL_SECONDS: '3600',
    RECONCILE_INTERVAL_SECONDS: '3600',
    STOCK_INTERVAL_SECONDS: '3600',
    ...environment,
  });

const fill = (path: string, params: Record<string, unknown>): string =>
  path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));

/** The service in this process, asked through its routes. */
export const runCircuitStorage = async (
  config: CircuitStorageConfig,
  parts: CircuitStorageParts = {},
): Promise<RunningCircuitStorage> => {
  const logLines: LogLine[] = [];
  const stream = { write: (line: string) => void logLines.push(JSON.parse(line)) };
  const { service, dependencies } = await createCircuitStorage(config, { ...parts, logging: { stream } });
  const { app } = service;

  const call: RunningCircuitStorage['call'] = async (endpoint, input) => {
    const { params = {}, body } = input as { params?: Record<string, unknown>; body?: unknown };
    const binary = endpoint.body === 'bytes';
    const response = await app.inject({
      method: endpoint.method,
      url: fill(endpoint.path, params),
      headers: {
        authorization: `Bearer ${SERVICE_KEY}`,
        ...(body === undefined
          ? {}
          : { 'content-type': binary ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { payload: binary ? Buffer.from(body as Uint8Array) : JSON.stringify(body) }),
    });
    if (response.statusCode === endpoint.status) {
      const output =
        endpoint.response === 'empty'
          ? undefined
          : endpoint.response === 'bytes'
            ? new Uint8Array(response.rawPayload)
            : response.json();
      return { output };
    }
    const { code, details } = response.json().error;
    return { code, status: response.statusCode, details };
  };
  return {
    app,
    dependencies,
    logLines,
    call,
    async ok(endpoint, input) {
      const answer = await call(endpoint, input);
      if (answer.code !== undefined) throw new Error(`${endpoint.summary}: ${answer.code}`);
      return answer.output;
    },
    async metric(name) {
      const { body } = await app.inject({ url: '/metrics' });
      const line = body.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
    close: () => service.close(1000),
  };
};

/** A folder of its own below the temporary folder. */
export const makeTemporaryFolder = async (): Promise<{ path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'circuit-storage-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/** Batches as clients of the service send them. */
export const batchFixtures = (seed: string, payloadBytes = 2000) => {
  const random = seededRandom(seed);
  const batchOf = (indices: readonly number[]) => {
    const circuits = indices.map((circuitIndex) => ({ circuitIndex, payload: random.bytes(payloadBytes) }));
    return { batch: encodeCircuitBatch({ circuits }), payloads: circuits.map(({ payload }) => payload) };
  };
  const range = (from: number, count: number) => Array.from({ length: count }, (_, offset) => from + offset);
  return { batchOf, range, bytes: random.bytes };
};
