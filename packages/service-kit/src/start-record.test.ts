import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readFailedStarts, recordStartFailure } from './start-record.ts';

const parent = mkdtempSync(join(tmpdir(), 'start-record-'));
const directory = join(parent, 'collector');
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('the record of failed starts', () => {
  it('adds up over processes and is a text a collector understands', () => {
    recordStartFailure(directory, 'auth-vault', 1_700_000_000_900);
    recordStartFailure(directory, 'auth-vault', 1_700_000_060_000);
    recordStartFailure(directory, 'core-daemon', 1_700_000_120_000);
    expect(readdirSync(directory).sort()).toEqual([
      'openrecognize-auth-vault.prom',
      'openrecognize-core-daemon.prom',
    ]);
    const text = readFileSync(join(directory, 'openrecognize-auth-vault.prom'), 'utf8');
    expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'openrecognize_start_failures_total{service="auth-vault"} 2',
      'openrecognize_last_start_failure_timestamp_seconds{service="auth-vault"} 1700000060',
      '',
    ]);
    expect(readFailedStarts(directory, 'auth-vault')).toBe(2);
  });

  it('is empty without a directory or a file', () => {
    recordStartFailure(undefined, 'auth-vault', 1);
    expect(readFailedStarts(undefined, 'auth-vault')).toBe(0);
    expect(readFailedStarts(join(parent, 'nowhere'), 'auth-vault')).toBe(0);
  });
});
