import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const noFile = '/nowhere/demo-tenant.json';

describe('settings of the check', () => {
  it('take host and key from the environment, https unless said otherwise', () => {
    expect(readSettings({ HOST: 'core.example.com/', APIKEY: 'k', FULL_LOG: '1' }, noFile)).toEqual({
      coreDaemonUrl: 'https://core.example.com',
      mobileApiKey: 'k',
      fullLog: true,
    });
    const { coreDaemonUrl, operationsUrl } = readSettings(
      { HOST: 'http://10.0.0.1:8082', APIKEY: 'k', OPERATIONS_URL: 'http://ops:8086', CUSTOMER: 'c' },
      noFile,
    );
    expect([coreDaemonUrl, operationsUrl]).toEqual(['http://10.0.0.1:8082', 'http://ops:8086']);
  });

  it('come from the file of a local stack where no host is named', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cct-')), 'tenant.json');
    writeFileSync(
      file,
      JSON.stringify({ coreDaemonUrl: 'http://127.0.0.1:1', mobileApiKey: 'm', secretApiKey: 's' }),
    );
    expect(readSettings({}, file)).toEqual({
      coreDaemonUrl: 'http://127.0.0.1:1',
      mobileApiKey: 'm',
      fullLog: false,
    });
  });

  it.each([
    ['no key', { HOST: 'h' }, 'APIKEY'],
    ['no address', { HOST: 'ftp://h', APIKEY: 'k' }, 'HOST'],
    ['an unknown flag', { HOST: 'h', APIKEY: 'k', FULL_LOG: 'yes' }, 'FULL_LOG'],
    ['nothing at all', {}, 'npm start'],
  ])('are refused with %s', (_what, environment, named) => {
    expect(() => readSettings(environment, noFile)).toThrow(SettingsError);
    expect(() => readSettings(environment, noFile)).toThrow(named);
  });
});
