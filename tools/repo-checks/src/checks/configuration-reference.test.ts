import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import {
  CONFIGURATION_REFERENCE_PATH,
  renderConfigurationReference,
} from '../docs/render-configuration-reference.ts';
import { configurationReference } from './configuration-reference.ts';

const schema = {
  title: 'one',
  properties: { PORT: { type: 'integer', default: 1, description: 'Port' } },
  required: [],
};
const printing = (text: string) => ({
  'services/one/package.json': { name: '@x/one' },
  'services/one/src/main.ts': '',
  'services/one/dist/main.js': `process.stdout.write(${JSON.stringify(text)})`,
});
const whatIsWrong = async (files: Readonly<Record<string, unknown>>) =>
  (await configurationReference.run(fixtureRepository(files))).findings.map(({ what }) => what);

describe('configuration reference', () => {
  it('accepts what the generator writes', async () => {
    const page = { [CONFIGURATION_REFERENCE_PATH]: renderConfigurationReference([schema]) };
    expect(await whatIsWrong({ ...printing(JSON.stringify(schema)), ...page })).toEqual([]);
  });

  it('refuses a page that is missing or tells something else', async () => {
    const printed = printing(JSON.stringify(schema));
    expect(await whatIsWrong(printed)).toEqual(['is missing']);
    const page = { [CONFIGURATION_REFERENCE_PATH]: '# Configuration\n' };
    expect(await whatIsWrong({ ...printed, ...page })).toEqual(['is not what the processes print']);
  });

  it('names a process that prints none', async () => {
    expect(await whatIsWrong(printing('started'))).toEqual([
      'does not print its configuration with --print-config-schema',
    ]);
  });

  it('looks at nothing that is no process', async () => {
    expect(await whatIsWrong({ 'packages/lib/package.json': { name: '@x/lib' } })).toEqual([]);
  });
});
