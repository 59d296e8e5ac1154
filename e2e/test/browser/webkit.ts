import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { whyNotInstalled } from '../../../tools/test-services/debian-packages.ts';
import { freePort } from '../../../tools/test-services/free-port.ts';

/** Debian's WebKitGTK: a small browser for tests, its driver, and a screen that is not there. */
const programs = ['WebKitWebDriver', 'Xvfb'];
const packages = ['webkit2gtk-driver', 'xvfb'];
const startTimeoutMs = 60_000;
const endTimeoutMs = 5_000;

const findMiniBrowser = (): string | undefined =>
  globSync('/usr/{lib,libexec}/{*/,}webkit2gtk-4.*/MiniBrowser')[0];

export interface WebKit {
  readonly version: string;
  open(url: string): Promise<void>;
  /** What the expression of the page comes to; its promises are waited for. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

interface WebDriverAnswer {
  readonly value: unknown;
}

/** One command of WebDriver (W3C). @throws Error with what the driver says */
const command = async (address: string, method: 'GET' | 'POST', body?: object): Promise<unknown> => {
  const response = await fetch(address, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as WebDriverAnswer;
  if (!response.ok) throw new Error(`${new URL(address).pathname}: ${JSON.stringify(value)}`);
  return value;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
  await exited;
  clearTimeout(timer);
};

/** Starts a screen of its own; it takes a number that is free and says which. */
const startScreen = async (environment: NodeJS.ProcessEnv) => {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });
  const lines = createInterface(child.stdout);
  const signal = AbortSignal.timeout(startTimeoutMs);
  const [number] = (await once(lines, 'line', { signal })) as [string];
  return { child, display: `:${number.trim()}` };
};

const untilReady = async (address: string): Promise<void> => {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      await command(`${address}/status`, 'GET');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
};

/** Starts WebKitGTK, whose camera is one of its own making. Close it. */
export const startWebKit = async (): Promise<WebKit> => {
  const home = await mkdtemp(join(tmpdir(), 'openrecognize-webkit-'));
  const environment = {
    ...process.env,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    GDK_BACKEND: 'x11',
    NO_AT_BRIDGE: '1',
    // There is no graphics card to draw with.
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  };
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const screen = await startScreen(environment);
    children.push(screen.child);
    const port = await freePort();
    const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      stdio: 'ignore',
      env: { ...environment, DISPLAY: screen.display },
    });
    children.push(driver);
    const address = `http://127.0.0.1:${port}`;
    await untilReady(address);
    const browserOptions = {
      binary: findMiniBrowser(),
      args: ['--automation', '--enable-mock-capture-devices=true', '--enable-media-stream=true'],
    };
    const created = (await command(`${address}/session`, 'POST', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } },
    })) as { sessionId: string; capabilities: { browserVersion?: string } };
    const session = `${address}/session/${created.sessionId}`;
    await command(`${session}/timeouts`, 'POST', { script: 200_000 });
    return {
      version: created.capabilities.browserVersion ?? '',
      open: async (url) => {
        await command(`${session}/url`, 'POST', { url });
      },
      evaluate: async (expression) => {
        const script = `const done = arguments[arguments.length - 1];
          (async () => JSON.stringify(await (${expression})) ?? 'null')()
            .then((json) => done({ json }), (error) => done({ error: String(error) }));`;
        const answer = (await command(`${session}/execute/async`, 'POST', { script, args: [] })) as {
          readonly json?: string;
          readonly error?: string;
        };
        if (answer.json === undefined) throw new Error(answer.error);
        return JSON.parse(answer.json);
      },
      close: async () => {
        await fetch(session, { method: 'DELETE' }).catch(() => undefined);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Why WebKitGTK can't be had, installing it first where that is possible; undefined where it is there and starts. */
export const whyNoWebKit = async (): Promise<string | undefined> => {
  const missing = await whyNotInstalled(programs, packages);
  if (missing !== undefined) return missing;
  try {
    const webkit = await startWebKit();
    await webkit.close();
    return undefined;
  } catch (error) {
    return `it does not start here: ${error instanceof Error ? error.message : error}`;
  }
};
