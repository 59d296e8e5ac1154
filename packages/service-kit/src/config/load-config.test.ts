import { isRecognizeError } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, defineConfig } from './define-config.ts';
import { loadConfig, printableConfig } from './load-config.ts';

const definition = defineConfig({
  databaseUrl: Type.String({
    env: 'DATABASE_URL',
    description: 'Where the data is',
    secret: true,
    minLength: 5,
  }),
  timeoutMs: Type.Integer({ env: 'TIMEOUT_MS', description: 'Deadline', default: 500, minimum: 1 }),
  verbose: Type.Boolean({ env: 'VERBOSE', description: 'More lines', default: false }),
  origins: Type.Array(Type.String(), { env: 'ORIGINS', description: 'Allowed origins', default: [] }),
  mode: Type.Union([Type.Literal('online'), Type.Literal('offline')], {
    env: 'MODE',
    description: 'How it works',
    default: 'offline',
  }),
  region: Type.Optional(Type.String({ env: 'REGION', description: 'Region' })),
});

const problemOf = (environment: Record<string, string>) => {
  try {
    loadConfig(definition, environment);
  } catch (error) {
    if (isRecognizeError(error)) return error;
  }
  throw new Error('the configuration was accepted');
};

describe('loadConfig', () => {
  it('reads text, numbers, booleans, lists and choices, and fills in defaults', () => {
    const config = loadConfig(definition, {
      DATABASE_URL: 'postgres://x',
      TIMEOUT_MS: '25',
      VERBOSE: 'true',
      ORIGINS: 'https://a.example, https://b.example',
      MODE: 'online',
      UNRELATED: 'ignored',
    });
    expect(config).toEqual({
      databaseUrl: 'postgres://x',
      timeoutMs: 25,
      verbose: true,
      origins: ['https://a.example', 'https://b.example'],
      mode: 'online',
    });
    expect(loadConfig(definition, { DATABASE_URL: 'postgres://x' })).toMatchObject({
      timeoutMs: 500,
      mode: 'offline',
    });
  });

  it('takes an empty variable as unset', () => {
    expect(
      loadConfig(definition, { DATABASE_URL: 'postgres://x', TIMEOUT_MS: '', REGION: '' }),
    ).not.toHaveProperty('region');
    expect(problemOf({ DATABASE_URL: '' }).details['variables']).toEqual(['DATABASE_URL']);
  });

  it('names all wrong variables at once and no value', () => {
    const error = problemOf({ DATABASE_URL: 'pwd', TIMEOUT_MS: '1.5', VERBOSE: 'yes', MODE: 'sometimes' });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.details['variables']).toEqual(['DATABASE_URL', 'TIMEOUT_MS', 'VERBOSE', 'MODE']);
    expect(error.message).toContain('MODE must be one of online, offline');
    expect(error.message).not.toMatch(/pwd|1\.5|yes|sometimes/);
  });

  it.each(['0x10', '1e3', ' 5', '5ms', 'NaN', 'Infinity'])('does not take %j for an integer', (text) => {
    expect(problemOf({ DATABASE_URL: 'postgres://x', TIMEOUT_MS: text }).details['variables']).toEqual([
      'TIMEOUT_MS',
    ]);
  });
});

describe('printableConfig', () => {
  it('replaces secrets', () => {
    const config = loadConfig(definition, { DATABASE_URL: 'postgres://user:pw@host' });
    expect(printableConfig(definition, config)).toMatchObject({
      DATABASE_URL: '[redacted]',
      TIMEOUT_MS: 500,
    });
  });
});

describe('defineConfig', () => {
  it('describes the environment as JSON Schema', () => {
    expect(configJsonSchema(definition, 'sample')).toMatchObject({
      title: 'sample',
      required: ['DATABASE_URL'],
      properties: {
        DATABASE_URL: { type: 'string', writeOnly: true },
        TIMEOUT_MS: { type: 'integer', minimum: 1, default: 500, description: 'Deadline' },
      },
    });
  });

  it('refuses a property without name or description, and two of one name', () => {
    expect(() => defineConfig({ a: Type.String() })).toThrow(/env name/);
    const twice = { env: 'SAME', description: 'd' };
    expect(() => defineConfig({ a: Type.String(twice), b: Type.String(twice) })).toThrow(/SAME/);
  });
});
