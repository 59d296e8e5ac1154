import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

/** One tab of a headless Chromium, driven over its DevTools protocol. */
export interface Tab {
  open(url: string): Promise<void>;
  /** Value of an expression in the page. */
  read<T>(expression: string): Promise<T>;
  /** Waits until an expression in the page is true, at most 10 s. */
  until(expression: string): Promise<void>;
  chooseFile(selector: string, path: string): Promise<void>;
  press(key: 'Tab' | 'Enter' | ' ' | 'Escape'): Promise<void>;
  emulate(view: { width: number; colorScheme: 'light' | 'dark' }): Promise<void>;
  /** Uncaught errors, and what the content security policy refused. */
  readonly complaints: string[];
  close(): Promise<void>;
}

const keyCodes = { Tab: 9, Enter: 13, ' ': 32, Escape: 27 } as const;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const readPort = async (profile: string): Promise<string> => {
  for (let tries = 0; tries < 300; tries++) {
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port] = text.split('\n');
    if (port && text.includes('\n')) return port;
    await pause(50);
  }
  throw new Error('Chromium did not start');
};

interface Target {
  readonly type: string;
  readonly webSocketDebuggerUrl: string;
}
type Pending = { resolve: (result: never) => void; reject: (error: Error) => void };
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: unknown;
}

const connect = async (url: string, onEvent: (message: Message) => void) => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) return onEvent(message);
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result as never);
  };
  const send = <T = unknown>(method: string, params: object = {}): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      pending.set(++lastId, { resolve, reject });
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  return { send, close: () => socket.close() };
};

const end = async (child: ChildProcess, profile: string): Promise<void> => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
};

const isComplaint = (message: Message): boolean => {
  if (message.method === 'Runtime.exceptionThrown') return true;
  const { entry } = (message.params ?? {}) as { entry?: { source?: string; level?: string } };
  return message.method === 'Log.entryAdded' && entry?.level === 'error' && entry.source !== 'network';
};

export const startChromium = async (): Promise<Tab> => {
  const profile = await mkdtemp(join(tmpdir(), 'demo-chromium-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const child = spawn(chromiumPath, flags, { stdio: 'ignore' });
  const port = await readPort(profile);
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
  const complaints: string[] = [];
  const { webSocketDebuggerUrl } = targets.find(({ type }) => type === 'page')!;
  const { send, close } = await connect(webSocketDebuggerUrl, (message) => {
    if (isComplaint(message)) complaints.push(JSON.stringify(message.params));
  });
  await Promise.all(['Runtime', 'Log', 'Page', 'DOM'].map((domain) => send(`${domain}.enable`)));

  const read = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'evaluation failed');
    return result.value;
  };
  const until = async (expression: string): Promise<void> => {
    for (let tries = 0; tries < 200; tries++) {
      if (await read<boolean>(`Boolean(${expression})`)) return;
      await pause(50);
    }
    throw new Error(`never true: ${expression}`);
  };
  return {
    complaints,
    read,
    until,
    open: async (url) => {
      await send('Page.navigate', { url });
      await until(`location.href.startsWith(${JSON.stringify(url)}) && document.readyState === 'complete'`);
    },
    chooseFile: async (selector, path) => {
      const { root } = await send<{ root: { nodeId: number } }>('DOM.getDocument');
      const { nodeId } = await send<{ nodeId: number }>('DOM.querySelector', {
        nodeId: root.nodeId,
        selector,
      });
      await send('DOM.setFileInputFiles', { nodeId, files: [path] });
    },
    press: async (key) => {
      const code = { key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: keyCodes[key] };
      const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...code, ...(text ? { text } : {}) });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...code });
    },
    emulate: async ({ width, colorScheme }) => {
      const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
      await send('Emulation.setDeviceMetricsOverride', metrics);
      const features = [
        { name: 'prefers-color-scheme', value: colorScheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ];
      await send('Emulation.setEmulatedMedia', { features });
    },
    close: async () => {
      close();
      await end(child, profile);
    },
  };
};
