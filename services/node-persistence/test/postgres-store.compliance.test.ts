import { createLogger } from '@openrecognize/service-kit';
import { type Database, openDatabase } from '@openrecognize/service-kit/postgres';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterAll, beforeAll } from 'vitest';
import { createPostgresPersistenceStore } from '../src/adapters/postgres/postgres-persistence-store.ts';
import type { PersistenceStore } from '../src/ports/persistence-store.ts';
import { DATABASE_SCHEMA, MIGRATIONS_FOLDER } from '../src/server.ts';
import { describeLimitsCompliance } from './limits-compliance.ts';
import { describeLockoutCompliance } from './lockout-compliance.ts';
import { describeSettleCompliance } from './settle-compliance.ts';
import { describeStoreCompliance } from './store-compliance.ts';

const testDatabase = useTestDatabase();
let database: Database;
let store: PersistenceStore;

beforeAll(async () => {
  database = await openDatabase({
    url: testDatabase.url,
    schema: DATABASE_SCHEMA,
    applicationName: 'compliance',
    log: createLogger({ service: 'compliance', level: 'silent' }),
    migrationsFolder: MIGRATIONS_FOLDER,
    maxConnections: 6,
  });
  store = createPostgresPersistenceStore(database);
});

afterAll(() => database?.close());

describeStoreCompliance('PostgreSQL', () => store);
describeLockoutCompliance('PostgreSQL', () => store);
describeSettleCompliance('PostgreSQL', () => store);
describeLimitsCompliance('PostgreSQL', () => store);
