import { Type } from 'typebox';

/** Configuration properties of a service with a database: spread them into its `defineConfig`. */
export const databaseConfigProperties = {
  databaseUrl: Type.String({
    env: 'DATABASE_URL',
    description: 'postgres://user:password@host:port/database; further options as query, e.g. sslmode',
    secret: true,
    pattern: '^postgres(ql)?://',
  }),
  databaseMaxConnections: Type.Integer({
    env: 'DATABASE_MAX_CONNECTIONS',
    default: 4,
    minimum: 1,
    maximum: 200,
    description: 'Connections of this process',
  }),
  databaseStatementTimeoutMs: Type.Integer({
    env: 'DATABASE_STATEMENT_TIMEOUT_MS',
    default: 5000,
    minimum: 1,
    maximum: 600_000,
    description: 'Longest run of one statement',
  }),
  databaseConnectionTimeoutMs: Type.Integer({
    env: 'DATABASE_CONNECTION_TIMEOUT_MS',
    default: 3000,
    minimum: 1,
    maximum: 600_000,
    description: 'Longest wait for a connection, free or new',
  }),
  databaseStartTimeoutMs: Type.Integer({
    env: 'DATABASE_START_TIMEOUT_MS',
    default: 10_000,
    minimum: 0,
    maximum: 600_000,
    description: 'How long a start waits for a database that does not answer yet',
  }),
} as const;
