import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const logger = new URL('./logger.ts', import.meta.url).href;

/** What a process that runs `code` writes, in the parts in which it comes. */
const run = async (code: string, whileRunning?: (parts: readonly string[]) => Promise<void>) => {
  const script = `import { createLogger } from ${JSON.stringify(logger)};
    const log = createLogger({ service: 'sample' });
    const flood = (lines) => { for (let i = 0; i < lines; i++) log.info('line ' + i); };
    ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const parts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  const ended = once(child, 'close');
  await whileRunning?.(parts);
  child.stdin.end();
  await ended;
  const lines = parts.join('').trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
};

/** Keeps the process alive until its input ends. */
const STAY = 'process.stdin.resume();';

describe('lines on standard output', () => {
  it('all come, in order, when the process ends of itself or by exit', async () => {
    for (const end of ['', 'process.exit(0);']) {
      const messages = await run(`flood(1000); log.warn('last'); ${end}`);
      expect(messages).toHaveLength(1001);
      expect(messages.at(-1)).toBe('last');
      expect(messages[500]).toBe('line 500');
    }
  });

  it('come soon also while nothing else is written', async () => {
    await run(`log.info('alone'); ${STAY}`, async (parts) => {
      await expect.poll(() => parts.join(''), { timeout: 25_000 }).toContain('alone');
    });
  });

  it('of an error come at once, with those before it', async () => {
    // The loop is blocked: only a line that did not wait for a timer can arrive.
    const block = 'const until = Date.now() + 60_000; while (Date.now() < until);';
    const script = `log.info('before'); log.error('now'); ${block}`;
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { createLogger } from ${JSON.stringify(logger)}; const log = createLogger({ service: 'sample' }); ${script}`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [part] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    expect(part.toString()).toMatch(/before.*\n.*now/);
  });
});
