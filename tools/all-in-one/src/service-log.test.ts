import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceLog } from './service-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openrecognize-service-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failure = (reason: string): string =>
  `${JSON.stringify({ level: 'error', msg: 'Application run failed', reason })}\n`;

describe('openServiceLog', () => {
  it('finds the reason of this start, not of an earlier one', async () => {
    const path = join(folder, 'a.log');
    await appendFile(path, failure('old'));
    const log = await openServiceLog(folder, 'a');
    expect(await log.failureReason()).toBe('it wrote nothing');
    await appendFile(path, '{"msg":"configuration"}\n');
    await appendFile(path, failure('port 1 is taken'));
    await appendFile(path, '{"msg":"stopped"}\n');
    expect(await log.failureReason()).toBe('port 1 is taken');
    await log.close();
  });

  it("finds Node's own complaint and, without any, the last line", async () => {
    const log = await openServiceLog(folder, 'a');
    await appendFile(
      log.path,
      'node:internal\n  throw err;\n\nSyntaxError: Unexpected token\n    at x\n\nNode.js v24\n',
    );
    expect(await log.failureReason()).toBe('SyntaxError: Unexpected token');
    const second = await openServiceLog(folder, 'a');
    await appendFile(second.path, 'killed\n');
    expect(await second.failureReason()).toBe('killed');
    await log.close();
    await second.close();
  });

  it('sets a large log aside and keeps a small one', async () => {
    const path = join(folder, 'a.log');
    await appendFile(path, 'small');
    await (await openServiceLog(folder, 'a')).close();
    expect(await readFile(path, 'utf8')).toBe('small');
    await truncate(path, 33 * 1024 * 1024);
    await (await openServiceLog(folder, 'a')).close();
    expect((await stat(path)).size).toBe(0);
    expect((await stat(`${path}.1`)).size).toBe(33 * 1024 * 1024);
  });
});
