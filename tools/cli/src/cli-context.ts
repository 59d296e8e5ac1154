import { join } from 'node:path';
import { createKeyless, type FaceAnalyzerPort, type KeylessInstance } from '@keyless/sdk-mobile';
import { createNodePorts } from '@keyless/sdk-mobile/node';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import type { CliSettings } from './cli-settings.ts';
import type { Progress, TextSink } from './progress.ts';

/** An analyzer that runs until it is closed. */
export interface StartedAnalyzer extends FaceAnalyzerPort {
  close(): Promise<void>;
}

/** What a command works with. */
export interface CliContext {
  readonly settings: CliSettings;
  readonly progress: Progress;
  readonly stdout: TextSink;
  readonly createAnalyzer: (photoCount: number) => Promise<StartedAnalyzer>;
}

/** For operations that look at no face. */
const noAnalyzer: FaceAnalyzerPort = {
  artifact: { family: 'none', version: '0' },
  threshold: 0,
  analyze: () => Promise.reject(new Error('this command looks at no picture')),
};

interface DeviceOptions {
  readonly name: string;
  readonly photos: readonly Uint8Array[];
  readonly analyzer?: FaceAnalyzerPort;
}

/** Runs with the device of a name and lets go of its store afterwards. */
export const withDevice = async <T>(
  context: CliContext,
  { name, photos, analyzer = noAnalyzer }: DeviceOptions,
  use: (keyless: KeylessInstance) => Promise<T>,
): Promise<T> => {
  const { home, passphrase, platform } = context.settings;
  const keyless = createKeyless(
    createNodePorts({
      camera: { capture: async () => photos },
      analyzer,
      storePath: join(home, `${name}.store`),
      platform,
      ...(passphrase === undefined ? {} : { passphrase }),
    }),
  );
  try {
    return await use(keyless);
  } finally {
    await keyless.close();
  }
};

/** Runs with a configured device and a started face pipeline. */
export const withFaceDevice = async <T>(
  context: CliContext,
  name: string,
  photos: readonly Uint8Array[],
  use: (keyless: KeylessInstance) => Promise<T>,
): Promise<T> => {
  const { url, apiKey } = context.settings.coreDaemon();
  context.progress.step('starting the face pipeline');
  const analyzer = await context.createAnalyzer(photos.length);
  try {
    return await withDevice(context, { name, photos, analyzer }, async (keyless) => {
      await keyless.configure({ apiKey, hosts: [url] });
      return use(keyless);
    });
  } finally {
    await analyzer.close();
  }
};

/** Runs with a client of the operations-service. */
export const withOperations = async <T>(
  { url, secretKey }: { readonly url: string; readonly secretKey: string },
  use: (http: HttpClient) => Promise<T>,
): Promise<T> => {
  const http = createHttpClient({ baseUrl: url, defaultHeaders: { 'x-api-key': secretKey }, connections: 1 });
  try {
    return await use(http);
  } finally {
    await http.close();
  }
};

/** Writes a result: `fields` as JSON, or as aligned lines with the same names. */
export const printResult = (context: CliContext, fields: Readonly<Record<string, unknown>>): void => {
  context.progress.done();
  if (context.settings.isJson) {
    context.stdout.write(`${JSON.stringify(fields)}\n`);
    return;
  }
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    context.stdout.write(`${name.padEnd(width)}  ${text}\n`);
  }
};
