import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const fixture = fileURLToPath(new URL('fixtures/sample-service.ts', import.meta.url));
const SERVICE_KEY = 'a-service-key-nobody-may-see';

interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

interface Running {
  readonly child: ChildProcess;
  readonly lines: LogLine[];
  readonly output: () => string;
  readonly logged: (message: string) => Promise<LogLine>;
  readonly exited: Promise<{ code: number | null }>;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const run = (environment: Record<string, string> = {}, args: string[] = [], ipc = false): Running => {
  const child = spawn(process.execPath, [fixture, ...args], {
    env: { PATH: process.env['PATH'], SERVICE_KEY, ...environment },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: LogLine[] = [];
  const waiting: { message: string; resolve: (line: LogLine) => void }[] = [];
  let text = '';
  child.stderr!.on('data', (chunk) => {
    text += chunk;
  });
  createInterface({ input: child.stdout! }).on('line', (line) => {
    text += `${line}\n`;
    if (!line.startsWith('{"')) return;
    const parsed = JSON.parse(line) as LogLine;
    lines.push(parsed);
    for (const { message, resolve } of waiting) if (parsed.msg === message) resolve(parsed);
  });
  return {
    child,
    lines,
    output: () => text,
    logged: (message) =>
      new Promise((resolve) => {
        const known = lines.find(({ msg }) => msg === message);
        if (known === undefined) waiting.push({ message, resolve });
        else resolve(known);
      }),
    // 'close' waits for an IPC channel that the parent itself has closed.
    exited: Promise.all([once(child, 'exit'), once(child.stdout!, 'close')]).then(([[code]]) => ({
      code: code as number | null,
    })),
  };
};

const urlOf = async (running: Running): Promise<string> => {
  const { host, port } = await running.logged('listening');
  return `http://${String(host)}:${String(port)}`;
};

describe('a service process', () => {
  it('prints its configuration without secrets and answers', async () => {
    const running = run();
    const url = await urlOf(running);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const { config } = await running.logged('configuration');
    expect(config).toMatchObject({ SERVICE_KEY: '[redacted]', HOST: '127.0.0.1', DRAIN_TIMEOUT_MS: 10_000 });
    expect(running.output()).not.toContain(SERVICE_KEY);
  });

  it('on SIGTERM answers what is in flight, closes what it holds and exits with 0', async () => {
    const running = run({}, [], true);
    const url = await urlOf(running);
    const slow = fetch(`${url}/slow`);
    await once(running.child, 'message');
    running.child.kill('SIGTERM');
    expect(await (await slow).json()).toEqual({ ok: true });
    expect((await running.exited).code).toBe(0);
    expect(running.lines.map(({ msg }) => msg).slice(-3)).toEqual(['request', 'sample closed', 'stopped']);
  });

  it('stays reachable but unready during the drain delay', async () => {
    const running = run({ DRAIN_DELAY_MS: '300' });
    const url = await urlOf(running);
    running.child.kill('SIGTERM');
    await running.logged('stopping');
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'draining' });
    expect((await running.exited).code).toBe(0);
  });

  it('ends when the parent closes the IPC channel', async () => {
    const running = run({}, [], true);
    await urlOf(running);
    running.child.disconnect();
    expect((await running.exited).code).toBe(0);
    expect(running.lines.find(({ msg }) => msg === 'stopping')).toMatchObject({ why: 'parent ended' });
  });

  it('fails fast on an invalid configuration and names every variable', async () => {
    const running = run({ SERVICE_KEY: '', PORT: 'eighty' });
    expect((await running.exited).code).toBe(1);
    const failure = running.lines.find(({ msg }) => msg === 'Application run failed');
    expect(failure).toMatchObject({
      level: 'error',
      service: 'sample-service',
      err: { code: 'CONFIG_INVALID' },
    });
    expect(failure?.['reason']).toMatch(/PORT .*SERVICE_KEY is missing/);
    expect(running.output()).not.toContain('eighty');
  });

  it('fails fast when its build throws', async () => {
    const running = run({ FAILURE: 'cannot read /etc/missing.pem' });
    expect((await running.exited).code).toBe(1);
    expect(running.lines.find(({ msg }) => msg === 'Application run failed')).toMatchObject({
      reason: 'Error: cannot read /etc/missing.pem',
    });
  });

  it('counts a failed start in a file that outlives it, and the next start reports it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'textfile-'));
    const record = { METRICS_TEXTFILE_DIRECTORY: directory };
    expect((await run({ ...record, FAILURE: 'broken' }).exited).code).toBe(1);
    expect((await run({ ...record, PORT: 'eighty' }).exited).code).toBe(1);
    const file = readFileSync(join(directory, 'openrecognize-sample-service.prom'), 'utf8');
    expect(file).toContain('openrecognize_start_failures_total{service="sample-service"} 2\n');
    expect(file).toMatch(/openrecognize_last_start_failure_timestamp_seconds\{[^}]*\} 1\d{9}\n/);
    const metrics = await (await fetch(`${await urlOf(run(record))}/metrics`)).text();
    expect(metrics).toContain('openrecognize_start_failures_total{service="sample-service"} 2\n');
    rmSync(directory, { recursive: true });
  });

  it('says which port is taken', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const running = run({ PORT: String(port) });
    expect((await running.exited).code).toBe(1);
    holder.close();
    expect(running.lines.find(({ msg }) => msg === 'Application run failed')?.['reason']).toMatch(
      new RegExp(`port ${port} on 127.0.0.1 is taken.*PORT`),
    );
  });

  it('ends after an uncaught error instead of limping on', async () => {
    const running = run();
    const url = await urlOf(running);
    await fetch(`${url}/crash`);
    expect((await running.exited).code).toBe(1);
    expect(running.lines.at(-1)).toMatchObject({ level: 'fatal', err: { name: 'Error' } });
  });

  it('prints its configuration schema on request and nothing else', async () => {
    const running = run({ SERVICE_KEY: '' }, ['--print-config-schema']);
    expect((await running.exited).code).toBe(0);
    expect(JSON.parse(running.output())).toMatchObject({
      title: 'sample-service',
      required: ['SERVICE_KEY'],
      properties: { PORT: { type: 'integer' }, LOG_FORMAT: { default: 'json' } },
    });
  });

  it('writes one line per event for people on LOG_FORMAT=human', async () => {
    const running = run({ LOG_FORMAT: 'human' });
    while (!running.output().includes('listening')) await once(running.child.stdout!, 'data');
    running.child.kill('SIGTERM');
    await running.exited;
    expect(running.output()).toMatch(/^\d{4}-\S+Z INFO {2}sample-service configuration config=/);
    expect(running.output()).not.toContain('{"level"');
  });
});
