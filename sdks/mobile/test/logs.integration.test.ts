import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  PinAuthConfig,
  PinEnrollConfig,
} from '../src/operation-configs.ts';
import type { LogEvent, LogsConfiguration } from '../src/sdk-log.ts';
import { createFakeCoreDaemon, type FakeCoreDaemon } from './fake-core-daemon.ts';
import { memoryStore } from './native-code-scenarios.ts';
import { createTestDevice } from './test-device.ts';

let daemon: FakeCoreDaemon;
let device: ReturnType<typeof createTestDevice>;
let events: LogEvent[];
let platformEvents: LogEvent[];

beforeEach(() => {
  daemon = createFakeCoreDaemon({ targetCircuitCount: 3 });
  events = [];
  platformEvents = [];
  device = createTestDevice({
    daemon,
    storePath: '',
    store: memoryStore(),
    ports: { logs: (event) => platformEvents.push(event) },
  });
});
afterEach(() => device.keyless.close());

const configure = (logs: { custom?: LogsConfiguration; keyless?: LogsConfiguration }) =>
  device.keyless.configure({
    apiKey: daemon.mobileApiKey,
    hosts: ['http://core.test'],
    numberOfSharedCircuits: 3,
    numberOfEnrollmentCircuits: 3,
    ...(logs.custom ? { customLogsConfiguration: logs.custom } : {}),
    ...(logs.keyless ? { keylessLogsConfiguration: logs.keyless } : {}),
  });

const personal = {
  pin: '8642-pin',
  payload: 'payload-of-ada',
  externalUserId: 'ext-ada',
  td: 'transfer-to-zoe',
};
const secret = { id: 'seed', value: 'correct horse' };

/** Everything an app or a person may type goes in. */
const useEverything = async () => {
  const { keyless, look } = device;
  const operationInfo = { id: 'op-1', payload: personal.payload, externalUserId: personal.externalUserId };
  await keyless.enroll(new BiomEnrollConfig({ operationInfo, savingSecret: secret }));
  await keyless.enroll(new PinEnrollConfig(personal.pin));
  await keyless.authenticate(new PinAuthConfig(personal.pin, { claimTransactionData: personal.td }));
  look.at = 'eve';
  await keyless.authenticate(new BiomAuthConfig()).catch(() => undefined);
  look.at = 'blurred';
  await keyless.authenticate(new BiomAuthConfig()).catch(() => undefined);
};

describe('logs', () => {
  it('are off until they are configured, and go to collectors and the platform by their own settings', async () => {
    device.keyless.customLogs.collect((event) => events.push(event));
    await configure({});
    await device.keyless.getEnrolledFactors();
    expect([events, platformEvents]).toEqual([[], []]);
    await configure({ custom: { enabled: true }, keyless: { enabled: false, logLevel: 'TRACE' } });
    await device.keyless.getEnrolledFactors();
    expect(events.map(({ event }) => event)).toEqual(['configure-done', 'get-enrolled-factors-done']);
    expect(platformEvents).toEqual([]);
  });

  it.each(['INFO', 'DEBUG', 'TRACE'] as const)('of level %s hold what the level says', async (logLevel) => {
    device.keyless.customLogs.collect((event) => events.push(event));
    await configure({ custom: { enabled: true, logLevel } });
    await useEverything();
    const text = JSON.stringify(events);
    expect(events.some(({ event }) => event === 'authenticate-failed')).toBe(true);
    expect(text.includes('"triggeredFilters":["blur"]')).toBe(logLevel !== 'INFO');
    expect(text.includes('/v1/authentications')).toBe(logLevel !== 'INFO');
    const userId = await device.keyless.getUserId();
    expect(text.includes(userId)).toBe(logLevel === 'TRACE');
    expect(text.includes('coreLogHistory')).toBe(logLevel === 'TRACE');
    expect(text.includes(await device.keyless.getDevicePublicSigningKey())).toBe(logLevel === 'TRACE');
  });

  it('hold nothing that was typed, at the highest level', async () => {
    await configure({ keyless: { enabled: true, logLevel: 'TRACE' } });
    await useEverything();
    expect(platformEvents.length).toBeGreaterThan(10);
    const text = JSON.stringify(platformEvents);
    for (const typed of [...Object.values(personal), secret.value, secret.id, daemon.mobileApiKey, 'op-1']) {
      expect(text).not.toContain(typed);
    }
  });

  it.each([
    [{ custom: { enabled: true, logLevel: 'VERBOSE' as never } }],
    [{ custom: { enabled: 'yes' as never } }],
  ])('are refused with 10003 for %j', async (logs) => {
    await expect(configure(logs)).rejects.toMatchObject({ code: 10003, sharedCode: 1003 });
  });

  it('do not fail an operation when their collector does', async () => {
    device.keyless.customLogs.collect(() => {
      throw new Error('collector');
    });
    await configure({ custom: { enabled: true, logLevel: 'TRACE' } });
    await device.keyless.enroll(new BiomEnrollConfig());
  });
});
