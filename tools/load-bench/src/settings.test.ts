import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tenant.json');
writeFileSync(
  file,
  JSON.stringify({ coreDaemonUrl: 'http://127.0.0.1:1', mobileApiKey: 'm', operationsUrl: 'http://o' }),
);
const read = (...args: string[]) => readSettings(args, file);

describe('arguments of the bench', () => {
  it('are those of the published run by default, after a run of one at a time', () => {
    expect(read()).toMatchObject({
      users: 10,
      warmupCount: 3,
      strangerShare: 0,
      mode: { kind: 'closed', authsPerUser: 30, concurrencies: [1, 8] },
    });
  });

  it('choose open loop and soak', () => {
    expect(read('--rate', '40')?.mode).toEqual({ kind: 'open', ratePerSecond: 40, durationSeconds: 60 });
    expect(read('--soak', '10')?.mode).toEqual({ kind: 'soak', minutes: 10, concurrency: 8 });
    expect(read('--impostors', '5%')?.strangerShare).toBe(0.05);
    expect([...(read('--metrics', 'a=http://h:1/,b=http://h:2')?.metricsUrls ?? [])]).toEqual([
      ['a', 'http://h:1'],
      ['b', 'http://h:2'],
    ]);
    expect(read('--help')).toBeNull();
  });

  it.each([
    ['--users', '0'],
    ['--concurrency', '1,x'],
    ['--rate', '-1'],
    ['--impostors', '5'],
    ['--metrics', 'nonsense'],
    ['--unknown', '1'],
    ['--tenant', '/nowhere'],
  ])('are refused with %s %s', (name, value) => {
    expect(() => read(name, value)).toThrow(SettingsError);
  });
});
