import { createLogger } from '@openrecognize/service-kit';
import { openDatabase, plannedOnce } from '@openrecognize/service-kit/postgres';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import { createPostgresCircuitMetadataStore } from '../src/adapters/postgres/postgres-circuit-metadata-store.ts';
import { describeCircuitMetadataStore } from './suites/circuit-metadata-store-suite.ts';

describeCircuitMetadataStore('memory', async () => ({
  store: createMemoryCircuitMetadataStore(),
  close: async () => {},
}));

const testDatabase = useTestDatabase();

describeCircuitMetadataStore('PostgreSQL', async () => {
  const database = await openDatabase({
    url: testDatabase.url,
    sessionSettings: plannedOnce,
    schema: 'circuit_storage',
    applicationName: 'circuit-storage-test',
    log: createLogger({ service: 'test', level: 'silent' }),
    migrationsFolder: new URL('../migrations/', import.meta.url),
    maxConnections: 8,
  });
  return { store: createPostgresCircuitMetadataStore(database), close: () => database.close() };
});
