import { describe, expect, it } from 'vitest';
import { type ConfigSchema, renderConfigurationReference } from './render-configuration-reference.ts';

const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more });
const schemaOf = (title: string, port: number, properties: ConfigSchema['properties']): ConfigSchema => ({
  title,
  properties: {
    HOST: text('Address', { default: '127.0.0.1' }),
    PORT: { type: 'integer', default: port, minimum: 0, maximum: 65_535, description: 'Port' },
    ...properties,
  },
  required: ['KEY'],
});
const page = renderConfigurationReference([
  schemaOf('one', 1, {
    KEY: text('Shared key', { writeOnly: true }),
    KIND: { anyOf: [{ const: 'file' }, { const: 's3' }], default: 'file', description: 'Kind | store' },
    THREADS: {
      type: 'integer',
      default: 7,
      minimum: 1,
      maximum: 1_024,
      description: 'Threads. Default: number of CPUs',
    },
    RANGES: { type: 'array', items: { type: 'string' }, default: [], description: 'Ranges' },
  }),
  schemaOf('two', 2, {}),
]);

describe('the configuration reference', () => {
  it('gives what all processes read once, but for the port', () => {
    expect(page.match(/`HOST`/g)).toHaveLength(1);
    expect(page.match(/\| `PORT` \| `1` \| 0 to 65,535 \| Port \|/g)).toHaveLength(1);
    expect(page.match(/\| `PORT` \| `2` \|/g)).toHaveLength(1);
  });

  it('says what is required, secret, chosen from or a list', () => {
    expect(page).toContain('| `KEY` | **required** | text | Shared key. Secret. |');
    expect(page).toContain('| `KIND` | `file` | `file`, `s3` | Kind \\| store |');
    expect(page).toContain('| `RANGES` | none | list, by commas | Ranges |');
  });

  it('holds nothing that depends on the machine', () => {
    expect(page).toContain('| `THREADS` | number of CPUs | 1 to 1,024 | Threads. |');
  });

  it('is about at least one process', () => {
    expect(() => renderConfigurationReference([])).toThrow(RangeError);
  });
});
