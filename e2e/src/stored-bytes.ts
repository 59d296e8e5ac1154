import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Every value of every table, one behind the other: bytes as they are and in hex. */
export const bytesOfDatabase = async (databaseUrl: string): Promise<Buffer> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const parts: Buffer[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`SELECT * FROM ${name}`);
      for (const value of rows.flatMap((row: object) => Object.values(row))) {
        if (Buffer.isBuffer(value)) parts.push(value, Buffer.from(`\n${value.toString('hex')}\n`));
        else parts.push(Buffer.from(`${typeof value === 'object' ? JSON.stringify(value) : value}\n`));
      }
    }
    return Buffer.concat(parts);
  } finally {
    await client.end();
  }
};

/** All files below a folder, one behind the other. */
export const bytesBelow = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

/** The forms in which bytes could be written down: as they are, hex, and base64 wherever in a longer text they begin. */
export const writtenForms = (bytes: Uint8Array): readonly Buffer[] => {
  const hex = Buffer.from(bytes).toString('hex');
  const base64 = [0, 1, 2].flatMap((skipped) => {
    const whole = Math.floor((bytes.length - skipped) / 3) * 3;
    const part = Buffer.from(bytes.subarray(skipped, skipped + whole));
    return [part.toString('base64'), part.toString('base64url')];
  });
  const texts = [...new Set([hex, hex.toUpperCase(), ...base64])];
  return [Buffer.from(bytes), ...texts.map((text) => Buffer.from(text))];
};
