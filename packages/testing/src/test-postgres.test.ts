import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';
import { useTestDatabase } from './use-test-database.ts';

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

describe('startTestPostgres', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  it('gives every caller an empty database of its own', async () => {
    const [one, two] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
    await query(one, 'CREATE TABLE things (id int)');
    expect(await query(two, "SELECT to_regclass('things') AS found")).toEqual([{ found: null }]);
  });

  it('restarts on the same port with its data', async () => {
    const url = await postgres.createDatabase();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    await postgres.restart();
    expect(await query(url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  });

  it('is out of reach while paused', async () => {
    await postgres.pause();
    await expect(query(postgres.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await postgres.resume();
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('useTestDatabase', () => {
  const database = useTestDatabase();
  it('gives the file an empty database', async () => {
    expect(
      await query(database.url, "SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'"),
    ).toEqual([{ tables: 0 }]);
  });
});
