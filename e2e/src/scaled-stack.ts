import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DemoSecrets,
  databaseName,
  demoCustomer,
  loadDemoSecrets,
  prepareDataDir,
  registerDemoTenant,
  type ServiceName,
} from '@openrecognize/all-in-one';
import { startEmbeddedPostgres } from '@openrecognize/service-kit/embedded-postgres';
import { createReplicas, type Replicas, type ReplicatedService } from './replicas.ts';

/** Where the payloads are. */
export interface ObjectStore {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface ScaledStackOptions {
  readonly objectStore: ObjectStore;
  /** Port that stands for all replicas of a service; what listens there is the caller's. */
  readonly portOf: (name: ServiceName) => number;
  readonly replicaPortOf: (name: ReplicatedService, replica: number) => number;
}

/** Several processes of each service on one database and one object store. */
export interface ScaledStack extends Omit<Replicas, 'killAll'> {
  readonly secrets: DemoSecrets;
  readonly databaseUrl: string;
  /** Registers the demo tenant; once node-persistence can be reached at its port. */
  registerTenant(): Promise<void>;
  dispose(): Promise<void>;
}

const s3Environment = ({ endpoint, region, bucket, credentials }: ObjectStore) => ({
  OBJECT_STORE_KIND: 's3',
  S3_ENDPOINT: endpoint,
  S3_REGION: region,
  S3_BUCKET: bucket,
  S3_FORCE_PATH_STYLE: 'true',
  S3_ACCESS_KEY_ID: credentials.accessKeyId,
  S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

/**
 * Starts the database; replicas are the caller's to start. Services call one another through `portOf`, so start what
 * balances the load there before anything is expected to be ready beyond node-persistence and circuit-storage.
 */
export const startScaledStack = async (options: ScaledStackOptions): Promise<ScaledStack> => {
  const { portOf } = options;
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-scale-'));
  const dataDir = await prepareDataDir(folder);
  const secrets = await loadDemoSecrets(dataDir.secrets);
  const postgres = await startEmbeddedPostgres({
    dataDir: dataDir.postgres,
    port: 0,
    password: secrets.databasePassword,
  });
  await postgres.createDatabase(databaseName);
  const databaseUrl = postgres.url(databaseName);
  const overrides = { 'circuit-storage': s3Environment(options.objectStore) };
  const plan = { portOf, databaseUrl, dataDir, secrets, overrides };
  const { killAll, ...replicas } = createReplicas(plan, options.replicaPortOf);
  return {
    ...replicas,
    secrets,
    databaseUrl,
    registerTenant: () =>
      registerDemoTenant(`http://127.0.0.1:${portOf('node-persistence')}`, demoCustomer, secrets),
    dispose: async () => {
      await killAll();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
