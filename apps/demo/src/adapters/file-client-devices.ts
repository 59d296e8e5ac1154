import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { release, type as systemName } from 'node:os';
import { join } from 'node:path';
import {
  CameraError,
  createKeyless,
  type FaceAnalyzerPort,
  type KeylessInstance,
  type KeylessPorts,
  type NetworkingModule,
  type SecureStorePort,
} from '@keyless/sdk-mobile';
import { createEncryptedFileStore, createNodeEngine, nodeCrypto } from '@keyless/sdk-mobile/node';
import type { RequestTrace } from '../observation/exchange.ts';
import { isPersonName } from '../person-name.ts';
import type { ClientDevices, DeviceSession } from '../ports/client-devices.ts';
import { createRecordingNetwork } from './recording-network.ts';

export interface FileClientDevicesOptions {
  readonly directory: string;
  readonly passphrase?: string;
  readonly coreDaemonUrl: string;
  readonly mobileApiKey: string;
  readonly analyzer: FaceAnalyzerPort;
  readonly network: NetworkingModule;
}

/** One for each name that is in use; the queue outlives the store. */
interface Device {
  store: SecureStorePort | undefined;
  /** Settles when the last task is done; never rejects. */
  tail: Promise<unknown>;
}

const STORE_FILE = 'device.store';
const now = (): number => performance.timeOrigin + performance.now();

const timed = (analyzer: FaceAnalyzerPort, trace: RequestTrace): FaceAnalyzerPort => ({
  artifact: analyzer.artifact,
  threshold: analyzer.threshold,
  analyze: async (images, scenario) => {
    const startMs = now();
    try {
      const analysis = await analyzer.analyze(images, scenario);
      trace.pipelineBits = 8 * (analysis.code?.length ?? 0);
      return analysis;
    } finally {
      trace.pipelineMs += now() - startMs;
    }
  },
});

/** The store outlives the instance of one request, so that its lock and its key are taken once. */
const lent = (store: SecureStorePort): SecureStorePort => ({ ...store, close: async () => {} });

/** Client states as encrypted files, one folder for each name. */
export const createFileClientDevices = (options: FileClientDevicesOptions): ClientDevices => {
  const { directory, passphrase, analyzer, network } = options;
  const devices = new Map<string, Device>();
  const engine = createNodeEngine();

  const folderOf = (name: string): string => {
    if (!isPersonName(name)) throw new TypeError('not a name');
    return join(directory, name);
  };
  const pathOf = (name: string): string => join(folderOf(name), STORE_FILE);

  const openStore = (name: string): SecureStorePort =>
    createEncryptedFileStore({ path: pathOf(name), ...(passphrase === undefined ? {} : { passphrase }) });

  const isPresent = (name: string): Promise<boolean> =>
    stat(pathOf(name)).then(
      () => true,
      () => false,
    );

  const portsOf = (store: SecureStorePort, { image, trace }: DeviceSession): KeylessPorts => ({
    camera: {
      capture: async () => {
        if (image === undefined) throw new CameraError('unavailable', 'There is no picture.');
        return [image.slice()];
      },
    },
    analyzer: timed(analyzer, trace),
    store: lent(store),
    network: createRecordingNetwork(network, trace, now),
    crypto: nodeCrypto,
    engine,
    platform: 'android',
    osVersion: `${systemName()} ${release()}`.slice(0, 64),
    now,
  });

  /** Tasks of one name in a row. */
  const run = async <T>(name: string, task: (device: Device) => Promise<T>): Promise<T> => {
    const device = devices.get(name) ?? { store: undefined, tail: Promise.resolve() };
    devices.set(name, device);
    const result = device.tail.then(() => task(device));
    const tail = result.catch(() => undefined);
    device.tail = tail;
    try {
      return await result;
    } finally {
      if (device.store === undefined && device.tail === tail) devices.delete(name);
    }
  };

  const closeStore = async (device: Device): Promise<void> => {
    await device.store?.close();
    device.store = undefined;
  };

  /** Nothing of a person who was never enrolled stays behind. */
  const removeFolder = async (name: string, device: Device): Promise<void> => {
    await closeStore(device);
    await rm(folderOf(name), { recursive: true, force: true });
  };

  const withKeyless = async <T>(
    store: SecureStorePort,
    session: DeviceSession,
    task: (keyless: KeylessInstance) => Promise<T>,
  ): Promise<T> => {
    const keyless = createKeyless(portsOf(store, session));
    try {
      await keyless.configure({ apiKey: options.mobileApiKey, hosts: [options.coreDaemonUrl] });
      return await task(keyless);
    } finally {
      await keyless.whenIdle();
    }
  };

  return {
    names: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const entries = await readdir(directory, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory() && isPersonName(entry.name));
      const present = await Promise.all(
        names.map(async ({ name }) => ((await isPresent(name)) ? [name] : [])),
      );
      return present.flat().sort();
    },
    use: (name, session, task) =>
      run(name, async (device) => {
        device.store ??= openStore(name);
        try {
          return await withKeyless(device.store, session, task);
        } finally {
          if (!(await isPresent(name))) await removeFolder(name, device);
        }
      }),
    remove: (name) => run(name, (device) => removeFolder(name, device)),
    close: async () => {
      await Promise.all([...devices.values()].map((device) => device.tail.then(() => closeStore(device))));
    },
  };
};
