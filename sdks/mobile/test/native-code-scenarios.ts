import { utf8ToBytes } from '@openrecognize/bytes';
import { type CoreErrorCode, type NativePlatform, RecognizeError } from '@openrecognize/contracts';
import { createDeviceRecordStore, type DeviceRecord } from '../src/device-record.ts';
import { LocalStoreError } from '../src/local-store-error.ts';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  PhotoEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import { CameraError } from '../src/ports/camera-port.ts';
import type { KeylessPorts } from '../src/ports/keyless-ports.ts';
import type { NetworkingModule } from '../src/ports/networking-module.ts';
import type { ProtectionFinding } from '../src/ports/protection-port.ts';
import type { SecureStorePort } from '../src/ports/secure-store-port.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { createTestDevice, fakeAnalyzer, pictureOf } from './test-device.ts';

/** What a scenario works with: a daemon, and devices with their records in memory. */
export interface CodeStage {
  readonly platform: NativePlatform;
  readonly daemon: FakeCoreDaemon;
  device(ports?: Partial<KeylessPorts>): ReturnType<typeof createTestDevice>;
  /** Configured and enrolled with Ada's face. */
  enrolled(ports?: Partial<KeylessPorts>): Promise<ReturnType<typeof createTestDevice>>;
}

/** Leads to the code; rejects with it. */
export type CodeScenario = (stage: CodeStage) => Promise<unknown>;

export const memoryStore = (): SecureStorePort => {
  let kept: Uint8Array | undefined;
  return {
    read: async () => kept?.slice(),
    write: async (record) => {
      kept = record.slice();
    },
    clear: async () => {
      kept = undefined;
    },
    close: async () => {},
  };
};

export const createCodeStage = (platform: NativePlatform): CodeStage => {
  const daemon = createFakeCoreDaemon({ targetCircuitCount: 3 });
  const device = (ports: Partial<KeylessPorts> = {}) =>
    createTestDevice({ daemon, storePath: '', platform, store: ports.store ?? memoryStore(), ports });
  return {
    platform,
    daemon,
    device,
    enrolled: async (ports) => {
      const made = device(ports);
      await made.configure({ shared: 3, first: 3 });
      await made.keyless.enroll(new BiomEnrollConfig());
      return made;
    },
  };
};

const enroll = async (
  stage: CodeStage,
  ports: Partial<KeylessPorts> = {},
  options = {},
): Promise<unknown> => {
  const { keyless, configure } = stage.device(ports);
  await configure({ shared: 3, first: 3 });
  return keyless.enroll(new BiomEnrollConfig(options));
};

/** The server refuses the first message of an enrollment with this code. */
const enrollRefused =
  (code: CoreErrorCode): CodeScenario =>
  (stage) => {
    stage.daemon.nextFailures.set('beginEnrollment', code);
    return enroll(stage);
  };

/** Authenticates after something happened on the server. */
const authAfter =
  (happens: (daemon: FakeCoreDaemon) => void): CodeScenario =>
  async (stage) => {
    const { keyless } = await stage.enrolled();
    await keyless.whenIdle();
    happens(stage.daemon);
    return keyless.authenticate(new BiomAuthConfig());
  };

/** Authenticates over a network that does something to each message of the second step on its way. */
const authThrough =
  (change: (body: Uint8Array, daemon: FakeCoreDaemon) => Uint8Array): CodeScenario =>
  async (stage) => {
    const inner = stage.device().ports.network;
    const network: NetworkingModule = {
      sendHTTPRequest: (request) =>
        inner.sendHTTPRequest(
          /authentications\/./.test(request.path)
            ? { ...request, body: change(request.body!, stage.daemon) }
            : request,
        ),
    };
    return (await stage.enrolled({ network })).keyless.authenticate(new BiomAuthConfig());
  };

/** A gateway before the server answers with a bare status. */
const gateway =
  (httpCode: number): CodeScenario =>
  (stage) => {
    const network: NetworkingModule = {
      sendHTTPRequest: async () => ({ errorCode: 0, httpCode, responseBody: 'gateway' }),
    };
    return enroll(stage, { network });
  };

const unreachable: NetworkingModule = { sendHTTPRequest: () => Promise.reject(new Error('unreachable')) };

const withCamera =
  (failure: Error): CodeScenario =>
  (stage) =>
    enroll(stage, { camera: { capture: () => Promise.reject(failure) } });

const withAnalyzer =
  (changes: Partial<KeylessPorts['analyzer']>, options = {}): CodeScenario =>
  (stage) =>
    enroll(stage, { analyzer: { ...stage.device().ports.analyzer, ...changes } }, options);

const found =
  (finding: ProtectionFinding): CodeScenario =>
  (stage) =>
    stage.device({ protection: { check: async () => finding } }).configure();

const failingStore = (method: 'write' | 'clear' | 'read', failure: Error): SecureStorePort => ({
  ...memoryStore(),
  [method]: () => Promise.reject(failure),
});

/** Authenticates over a record that something changed. */
const overRecord =
  (change: (record: DeviceRecord) => DeviceRecord, options = {}): CodeScenario =>
  async (stage) => {
    const { keyless, store } = await stage.enrolled();
    await keyless.whenIdle();
    const records = createDeviceRecordStore(store);
    await records.save(change((await records.load())!));
    return keyless.authenticate(new BiomAuthConfig(options));
  };

const wrongFace: CodeScenario = async (stage) => {
  const { keyless, look } = await stage.enrolled();
  look.at = 'eve';
  return keyless.authenticate(new BiomAuthConfig());
};

const suspend = ({ daemon }: CodeStage): void => {
  const [user] = daemon.users.values();
  user!.lockedUntilMs = daemon.clock.nowMs + 600_000;
};

const suspended: CodeScenario = async (stage) => {
  const { keyless } = await stage.enrolled();
  suspend(stage);
  return keyless.authenticate(new BiomAuthConfig());
};

const clientStateOf = async (stage: CodeStage) => {
  const { keyless } = stage.device();
  await keyless.configure({
    apiKey: stage.daemon.mobileApiKey,
    hosts: ['http://core.test'],
    numberOfSharedCircuits: 3,
  });
  const { clientState } = await keyless.enroll(new BiomEnrollConfig({ generatingClientState: 'TEMPORARY' }));
  return { keyless, clientState: clientState! };
};

const suspendedActivation: CodeScenario = async (stage) => {
  const { clientState } = await clientStateOf(stage);
  suspend(stage);
  return enroll(stage, {}, { clientState });
};

/** The storage lost what it reserved, twice. */
const circuitGone = authThrough((body, { devices }) => {
  for (const { circuits } of devices.values()) circuits.delete(Math.min(...circuits.keys()));
  return body;
});

/** The only circuit is used, and no other one comes up. */
const circuitsExhausted: CodeScenario = async (stage) => {
  const inner = stage.device().ports.network;
  const network: NetworkingModule = {
    sendHTTPRequest: (request) =>
      /^\/v1\/users\//.test(request.path)
        ? unreachable.sendHTTPRequest(request)
        : inner.sendHTTPRequest(request),
  };
  const { keyless, configure } = stage.device({ network });
  await configure({ shared: 1, first: 1 });
  await keyless.enroll(new BiomEnrollConfig());
  await keyless.authenticate(new BiomAuthConfig());
  return keyless.authenticate(new BiomAuthConfig());
};

/** The app was updated and brings another model. */
const otherModel: CodeScenario = async (stage) => {
  const store = memoryStore();
  await stage.enrolled({ store });
  const analyzer = fakeAnalyzer({ family: 'fake', version: '2' });
  const { keyless, configure } = stage.device({ store, analyzer });
  await configure({ shared: 3, first: 3 });
  return keyless.authenticate(new BiomAuthConfig());
};

const unknownKey: CodeScenario = async (stage) => {
  const { keyless } = stage.device();
  await keyless.configure({ apiKey: 'key-of-nobody', hosts: ['http://core.test'] });
  return keyless.enroll(new BiomEnrollConfig());
};

const knownElsewhere: CodeScenario = async (stage) => {
  const operationInfo = { id: 'sign-up', externalUserId: 'ada' };
  await enroll(stage, {}, { operationInfo });
  return enroll(stage, {}, { operationInfo: { ...operationInfo, id: 'sign-up again' } });
};

const linked = new BiomAuthConfig({ dynamicLinkingInfo: { transactionData: '{"Amount":"12"}' } });
const spkiError = new Error('no key');

/** One way to each code, for both platforms unless the code has another meaning there. */
export const codeScenarios: Readonly<
  Record<number, CodeScenario | Partial<Record<NativePlatform, CodeScenario>>>
> = {
  // A proxy cuts a message short.
  507: authThrough((body) => body.subarray(0, body.length - 1)),
  512: async (stage) => {
    const { keyless, configure } = stage.device();
    await configure({ shared: 3, first: 3 });
    await keyless.enroll(new PinEnrollConfig('1234'));
    return keyless.authenticate(new PinAuthConfig('4321'));
  },
  514: circuitGone,
  523: suspendedActivation,
  534: authAfter(({ users }) => users.clear()),
  535: authAfter(({ devices }) => devices.clear()),
  537: (stage) => enroll(stage, { osVersion: 'x'.repeat(65) }),
  // Fifty devices are made in backend-codes.integration.test.ts.
  539: enrollRefused('MAX_NUMBER_OF_DEVICES_REACHED'),
  1004: (stage) => enroll(stage, { network: unreachable, isOnline: () => true }),
  1124: knownElsewhere,
  1131: async (stage) => {
    const { keyless, configure } = stage.device();
    await configure();
    return keyless.validateUserAndDeviceActive();
  },
  1134: (stage) => enroll(stage, {}, { operationInfo: { id: '' } }),
  // The clock of the device is an hour behind.
  1142: (stage) => enroll(stage, { now: () => stage.daemon.clock.nowMs - 3_600_000 }),
  1167: async (stage) => (await stage.enrolled()).keyless.authenticate(new PinAuthConfig('1234')),
  10000: (stage) => {
    const { crypto } = stage.device().ports;
    return enroll(stage, {
      crypto: {
        ...crypto,
        generateDeviceKey: () => {
          throw spkiError;
        },
      },
    });
  },
  10001: otherModel,
  10003: (stage) =>
    stage.device().keyless.configure({
      apiKey: 'k',
      hosts: ['https://core.test'],
      keylessLogsConfiguration: { enabled: true },
    }),
  10004: withCamera(new CameraError('unavailable', 'in use')),
  10005: (stage) => enroll(stage, { store: failingStore('read', new RecognizeError('STORE_LOCKED')) }),
  // No server removes a tenant whose keys are in use.
  10006: enrollRefused('CUSTOMER_NOT_FOUND'),
  10100: withAnalyzer({ analyze: () => Promise.reject(new RecognizeError('IMAGE_FORMAT_INVALID')) }),
  10200: circuitsExhausted,
  20000: async (stage) => {
    const { keyless, configure } = stage.device();
    await configure();
    return keyless.authenticate(new BiomAuthConfig());
  },
  20001: async (stage) => (await stage.enrolled()).keyless.enroll(new BiomEnrollConfig()),
  20002: {
    ios: (stage) => enroll(stage, { store: failingStore('write', new LocalStoreError('full')) }),
    android: (stage) => stage.device().keyless.enroll(new BiomEnrollConfig()),
  },
  20003: {
    ios: (stage) => stage.device({ store: failingStore('clear', new Error('keychain')) }).keyless.reset(),
  },
  20004: { ios: withAnalyzer({ analyze: () => Promise.reject(new Error('pipeline')) }) },
  20006: (stage) => stage.device().keyless.configure({ apiKey: 'no key', hosts: ['https://core.test'] }),
  20007: { ios: gateway(402) },
  20008: async (stage) => {
    const { keyless } = stage.device();
    await keyless.close();
    return keyless.getUserId();
  },
  20010: (stage) => stage.device().keyless.configure({ apiKey: 'k', hosts: [] }),
  20012: unknownKey,
  20013: { android: gateway(402) },
  20017: overRecord(({ face }) => ({
    face: { ...face!, state: { ...face!.state, deviceId: 'F'.repeat(32) } },
  })),
  20021: withAnalyzer(
    { environmentAwareness: () => 'level-unsupported' },
    { livenessEnvironmentAware: true },
  ),
  20022: withAnalyzer(
    { environmentAwareness: () => 'device-unsupported' },
    { livenessEnvironmentAware: true },
  ),
  20023: (stage) => enroll(stage, {}, { clientState: 'none' }),
  20024: overRecord((record) => ({ ...record, vault: utf8ToBytes('{}') }), { shouldRetrieveSecretIDs: true }),
  20150: async (stage) => (await stage.enrolled()).keyless.authenticate(linked),
  20300: async (stage) =>
    (await stage.enrolled()).keyless.authenticate(new BiomAuthConfig({ retrievingSecret: 'none' })),
  30000: withAnalyzer({ analyze: async () => ({ triggeredFilters: [], isSpoofSuspected: true }) }),
  30003: withCamera(new RecognizeError('USER_CANCELLED')),
  30004: wrongFace,
  30005: (stage) => enroll(stage, { network: unreachable, isOnline: () => false }),
  30006: found('tampered'),
  30007: suspended,
  30008: async (stage) => {
    const { keyless, configure } = stage.device();
    await configure();
    return keyless.enroll(new PhotoEnrollConfig(pictureOf('blurred')));
  },
  30009: withCamera(new CameraError('denied', 'no')),
  30010: gateway(426),
  40000: found('initialization-failed'),
  40001: found('licence-expired'),
  40002: found('not-genuine'),
};

/** Codes nothing leads to, and why. */
export const unreachedCodes: Readonly<Record<number, Partial<Record<NativePlatform, string>>>> = {
  20003: { android: 'backupData of generate_backup: removed, a client state took its place (20023)' },
  20004: { android: 'backupKey of generate_backup: removed, a client state took its place (20023)' },
  20005: { ios: 'there is no configuration file: a configuration that fails is 20010' },
  20019: { android: 'userInfo is no argument of any operation left' },
  30001: { ios: 'liveness has no deadline since 5.0.1', android: 'liveness has no deadline since 5.0.1' },
  30002: {
    ios: 'a covered face is a filter since 4.8: 30008',
    android: 'a covered face is a filter since 4.8: 30008',
  },
};
