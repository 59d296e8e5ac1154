import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeCoreDaemon, type FakeCoreDaemon } from '../../mobile/test/fake-core-daemon.ts';
import {
  BiomAuthConfig,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  createReactNativeKeyless,
  customSecretId,
  type KeylessReactNative,
  type KeylessResult,
  type LogEvent,
  PhotoEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/index.ts';
import { fillRuntimeGaps } from '../src/runtime-gaps.ts';
import { createMockDevice, type MockDeviceState } from './mock-device.ts';

let daemon: FakeCoreDaemon;
let keyless: KeylessReactNative;
let state: MockDeviceState;

const start = (platform: 'ios' | 'android' = 'android') => {
  const mock = createMockDevice(daemon);
  state = mock.state;
  state.platform = platform;
  keyless = createReactNativeKeyless();
  keyless.initialize({ device: mock.device });
  return mock;
};
const configure = () =>
  keyless.configure({
    apiKey: daemon.mobileApiKey,
    hosts: ['https://core.test'],
    numberOfSharedCircuits: 4,
    numberOfEnrollmentCircuits: 2,
    customLogsConfiguration: { enabled: true, logLevel: 'TRACE' },
  });
const outcomeOf = <T>(result: KeylessResult<T>) =>
  result.fold<unknown>({ onSuccess: (value) => value, onFailure: ({ code }) => code });

beforeEach(async () => {
  daemon = createFakeCoreDaemon({ targetCircuitCount: 4 });
  start();
  await configure();
});

describe('the bridge', () => {
  it('enrolls, authenticates and de-enrolls through the native module', async () => {
    const enrolled = await keyless.enroll(new BiomEnrollConfig());
    const keylessId = enrolled.fold({ onSuccess: (success) => success.keylessId, onFailure: () => '' });
    expect(keylessId).toMatch(/^[0-9A-F]{64}$/);
    const jwtSigningInfo = { claimTransactionData: 'pay 7' };
    const { signedJwt } = outcomeOf(await keyless.authenticate(new BiomAuthConfig({ jwtSigningInfo }))) as {
      signedJwt: string;
    };
    expect(signedJwt.split('.')).toHaveLength(3);
    expect(outcomeOf(await keyless.whenIdle())).toMatchObject({ uploadedCircuits: 1, stock: 4 });
    expect(outcomeOf(await keyless.getUserId())).toBe(keylessId);
    expect(outcomeOf(await keyless.validateUserAndDeviceActive())).toBeUndefined();
    expect(outcomeOf(await keyless.getLockoutRemainingSeconds())).toBe(0);
    expect(outcomeOf(await keyless.deEnroll(new BiomDeEnrollConfig()))).toBeUndefined();
    expect(state.record).toBe('');
  });

  it('sets a PIN beside a face enrolled by photo', async () => {
    await keyless.enroll(new PhotoEnrollConfig({ photo: Buffer.from('ada') }));
    await keyless.enroll(new PinEnrollConfig('1234'));
    expect(outcomeOf(await keyless.getEnrolledFactors())).toEqual({ face: true, pin: true });
    expect(outcomeOf(await keyless.authenticate(new PinAuthConfig('4321')))).toBe(512);
    expect((await keyless.authenticate(new PinAuthConfig('1234'))).isSuccess).toBe(true);
  });

  it('takes the names of older apps: customSecret and temporaryState', async () => {
    const config = new BiomEnrollConfig({ customSecret: 'old', generatingClientState: 'TEMPORARY' });
    const { clientState } = outcomeOf(await keyless.enroll(config)) as { clientState: string };
    const auth = new BiomAuthConfig({ retrievingSecret: customSecretId });
    expect(outcomeOf(await keyless.authenticate(auth))).toMatchObject({ secret: { value: 'old' } });
    const before = outcomeOf(await keyless.getUserId());
    start();
    await configure();
    await keyless.enroll(new BiomEnrollConfig({ temporaryState: clientState }));
    expect(outcomeOf(await keyless.getUserId())).toBe(before);
  });

  it('passes wishes for the screens on, and the looks', async () => {
    await keyless.enroll(new BiomEnrollConfig({ presentation: 'OVERLAY', showInstructionsScreen: false }));
    expect(JSON.parse(state.shown[0]!.slice('enroll '.length))).toEqual({
      presentation: 'OVERLAY',
      showInstructionsScreen: false,
      showFailureFeedback: true,
      showSuccessFeedback: true,
    });
    await keyless.updateUI({ sdkTheme: 'DARK', colors: { primary: '#102030' } });
    expect(JSON.parse(state.shown.at(-1)!)).toEqual({ sdkTheme: 'DARK', colors: { primary: '#102030' } });
  });

  it('shows a transaction and signs it when it is approved, else answers 30003', async () => {
    await keyless.enroll(new BiomEnrollConfig());
    const dynamicLinkingInfo = { transactionData: '[{"Amount":"12.00"},{"To":"Zoe"}]' };
    const config = new BiomAuthConfig({ dynamicLinkingInfo });
    expect(outcomeOf(await keyless.authenticate(config))).toHaveProperty('signedJwt');
    expect(JSON.parse(state.shown.at(-2)!)).toEqual([
      { label: 'Amount', value: '12.00' },
      { label: 'To', value: 'Zoe' },
    ]);
    state.approves = false;
    expect(outcomeOf(await keyless.authenticate(config))).toBe(30003);
  });

  it('gives log lines until unsubscribed', async () => {
    const events: LogEvent[] = [];
    const subscription = keyless.subscribeToCustomLogs((event) => events.push(event));
    await keyless.enroll(new BiomEnrollConfig());
    await keyless.getUserId();
    const count = events.length;
    expect(events.map(({ event }) => event)).toContain('enroll-done');
    subscription.unsubscribe();
    await keyless.getUserId();
    expect(events).toHaveLength(count);
  });

  it('refuses to work before initialize', async () => {
    await expect(createReactNativeKeyless().getUserId()).rejects.toThrow('initialize');
  });
});

describe('failures of the native module', () => {
  const failing = (method: string, code: string) =>
    state.failures.set(method, Object.assign(new Error(), { code }));

  it.each([
    ['capture', 'user-cancelled', 30003],
    ['capture', 'camera-denied', 30009],
    ['capture', 'camera-unavailable', 10004],
    ['analyze', '', 10100],
    ['readRecord', 'store-corrupt', 10005],
    ['readRecord', 'store-locked', 10005],
    ['readRecord', '', 10005],
    ['sendHttpRequest', '', 1004],
  ])('of %s with %j become %d', async (method, code, number) => {
    if (method === 'sendHttpRequest') {
      const { device } = start();
      const unreachable = async () => Promise.reject(new Error('unreachable'));
      keyless.initialize({ device: { ...device, sendHttpRequest: unreachable } });
      await configure();
    } else failing(method, code);
    expect(outcomeOf(await keyless.enroll(new BiomEnrollConfig()))).toBe(number);
  });

  it.each([
    ['tampered', 30006],
    ['initialization-failed', 40000],
    ['licence-expired', 40001],
    ['not-genuine', 40002],
    ['something new', 40002],
  ])('the finding %j refuses configure with %d', async (finding, number) => {
    state.finding = finding;
    expect(outcomeOf(await configure())).toBe(number);
  });

  it.each([
    ['ios', 20004],
    ['android', 10100],
  ] as const)('of the pipeline have the number of %s: %d', async (platform, number) => {
    start(platform);
    await configure();
    failing('analyze', '');
    expect(outcomeOf(await keyless.enroll(new BiomEnrollConfig()))).toBe(number);
  });
});

describe('the specification for the code generator', () => {
  it('has exactly the methods of the module, with as many arguments', () => {
    const spec = readFileSync(new URL('../specs/NativeKeylessDevice.ts', import.meta.url), 'utf8');
    const body = spec.slice(spec.indexOf('interface Spec'), spec.indexOf('export default'));
    const declared = [...body.matchAll(/^ {2}(\w+)\(([^)]*)\)/gm)].map(
      ([, name, parameters]) => [name!, (parameters!.match(/:/g) ?? []).length] as const,
    );
    const source = readFileSync(new URL('../src/keyless-device-module.ts', import.meta.url), 'utf8');
    const module = source.slice(source.indexOf('interface KeylessDeviceModule'));
    const expected = [...module.matchAll(/^ {2}(\w+)\(([^)]*)\)/gm)].map(
      ([, name, parameters]) => [name!, (parameters!.match(/:/g) ?? []).length] as const,
    );
    expect(declared).toEqual(expected);
    expect(declared.map(([name]) => name).sort()).toEqual(
      Object.keys(createMockDevice(daemon).device).sort(),
    );
  });
});

describe('gaps of the host', () => {
  it('are filled with what agrees with the real thing', () => {
    const host: { TextEncoder?: new () => TextEncoder; TextDecoder?: new () => TextDecoder } = {};
    fillRuntimeGaps(host);
    for (const sample of ['', 'plain', 'Zoë ☃ 😀', '%41']) {
      const encoded = new host.TextEncoder!().encode(sample);
      expect([...encoded]).toEqual([...Buffer.from(sample)]);
      expect(new host.TextDecoder!().decode(encoded)).toBe(sample);
    }
    expect(() => new host.TextDecoder!().decode(Uint8Array.of(0xc0, 0x80))).toThrow();
  });
});
