import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BiomAuthConfig,
  BiomEnrollConfig,
  createKeyless,
  type KeylessInstance,
  KeylessSdkError,
  PinAuthConfig,
  PinEnrollConfig,
} from '@keyless/sdk-mobile';
import { createNodePorts, fetchNetwork } from '@keyless/sdk-mobile/node';
import { registerDemoTenant } from '@openrecognize/all-in-one';
import { createHttpClient } from '@openrecognize/clients';
import { createHttpDeviceTransport, type DeviceTransport } from '@openrecognize/clients/device';
import type { EndpointShape } from '@openrecognize/contracts';
import * as contracts from '@openrecognize/contracts';
import { atDistance } from '@openrecognize/synthetic-users';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  enrollSyntheticDevice,
  type KnownValues,
  outcomeOf,
  rowsOfTenant,
  type SyntheticDevice,
  sampleRequest,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const isEndpoint = (value: unknown): value is EndpointShape =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'auth' in value;

/** Everything under `/v2` that a key of a tenant opens, and everything of the core-daemon that a device calls. */
const serverEndpoints = Object.values(contracts as Record<string, unknown>)
  .filter(isEndpoint)
  .filter(({ path, auth }) => path.startsWith('/v2/') && (auth === 'secret-key' || auth === 'operator'));
const { coreDaemonEndpoints: core, coreDaemonDeviceEndpoints: devices } = contracts;
const deviceEndpoints = Object.entries<EndpointShape>({ ...core, ...devices }).filter(
  ([, { auth }]) => auth === 'mobile-key',
);

/** Of the tenant that has everything, `demo`; and of the one that looks. */
let stack: TestStack;
let keysOfOther: { readonly mobile: string; readonly secret: string };
let device: SyntheticDevice;
let known: Record<string, string | number>;
/** Of the same form, and nobody's. */
let nobodys: KnownValues;
let rowsBefore: Awaited<ReturnType<typeof rowsOfTenant>>;

const newKey = (): string => randomBytes(32).toString('base64url');
const send = async (endpoint: EndpointShape, values: KnownValues, headers: Record<string, string>) => {
  const request = sampleRequest(endpoint, values);
  const answer = await fetch(`${stack.urlOf('operations-service')}${request.path}`, {
    method: request.method,
    headers: { ...request.headers, ...headers },
    ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
  });
  return { status: answer.status, text: await answer.text() };
};
const asOwner = async (endpoint: EndpointShape, values: KnownValues): Promise<Record<string, never>> => {
  const { status, text } = await send(endpoint, values, { 'x-api-key': stack.tenant.secretApiKey });
  expect([endpoint.path, status]).toEqual([endpoint.path, endpoint.status]);
  return text === '' ? {} : JSON.parse(text);
};

const fillTenant = async (): Promise<void> => {
  const hook = { url: 'http://127.0.0.1:1/hook', name: 'operator-of-demo', password: newKey() };
  const { webhookId } = await asOwner(contracts.createWebhook, hook);
  const externalUserId = `person ${randomUUID()}`;
  device = await enrollSyntheticDevice(stack.tenant.coreDaemonUrl, stack.tenant.mobileApiKey, {
    externalUserId,
  });
  await device.authenticate();
  await device.authenticate(900).catch(() => undefined);
  const { authenticationId } = await device.reserve();
  const { userId, deviceId, publicSigningKey } = device;
  const operationId = `operation ${randomUUID()}`;
  const operation = { userId, operationId, operationPayload: `payload ${randomUUID()}` };
  await asOwner(contracts.createOperation, operation);
  const { apiKeyId } = await asOwner(contracts.createApiKey, { kind: 'secret' });
  const { operatorId } = await asOwner(contracts.createOperator, hook);
  // Its address answers nobody, so that it rests soon.
  const { deliveryId, eventId } = await vi.waitFor(
    async () => {
      const { deliveries } = await asOwner(contracts.listWebhookDeliveries, { state: 'dead' });
      expect(deliveries).toHaveLength(1);
      return deliveries![0] as { deliveryId: number; eventId: string };
    },
    { timeout: 10_000, interval: 100 },
  );
  known = {
    ...operation,
    deviceId,
    publicSigningKey,
    externalUserId,
    authenticationId,
    webhookId: webhookId!,
    deliveryId,
    eventId,
    apiKeyId: apiKeyId!,
    operatorId: operatorId!,
    userIdPrefix: userId.slice(0, 16),
  };
  nobodys = {
    userId: 'F'.repeat(64),
    deviceId: 'F'.repeat(32),
    publicSigningKey: Buffer.alloc(91, 9).toString('base64'),
    externalUserId: `person ${randomUUID()}`,
    operationId: `operation ${randomUUID()}`,
    operationPayload: `payload ${randomUUID()}`,
    authenticationId: randomUUID(),
    webhookId: randomUUID(),
    deliveryId: 4_711_471_147,
    eventId: randomUUID(),
    apiKeyId: 'f'.repeat(16),
    operatorId: randomUUID(),
    userIdPrefix: 'F'.repeat(16),
  };
};

beforeAll(async () => {
  stack = await startTestStack({
    overrides: {
      'operations-service': {
        WEBHOOK_PRIVATE_RANGES: '127.0.0.0/8',
        WEBHOOK_POLL_INTERVAL_MS: '50',
        WEBHOOK_MAX_ATTEMPTS: '1',
      },
    },
  });
  const apiKeys = { download: newKey(), mobile: newKey(), secret: newKey() };
  const { serviceKey } = stack.secrets;
  await registerDemoTenant(stack.urlOf('node-persistence'), 'other', { serviceKey, apiKeys });
  keysOfOther = apiKeys;
  await fillTenant();
  rowsBefore = await rowsOfTenant(stack.postgres.url, 'demo');
});
afterAll(async () => {
  await device?.close();
  await stack?.dispose();
});

/** What an answer says, whoever was asked about. */
const neutral = (text: string, values: KnownValues): string =>
  Object.entries(values)
    .filter(([name]) => name !== 'deliveryId')
    .reduce((rest, [name, value]) => rest.replaceAll(String(value), name), text)
    .replace(/"requestId":"[^"]+"/, '');

const markers = (): readonly string[] =>
  Object.entries(known).flatMap(([name, value]) => (name === 'deliveryId' ? [] : [String(value)]));

describe('the secret key of another tenant', () => {
  it.each(serverEndpoints.map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
    '%s %s: shows nothing of a tenant, and answers as if it did not exist',
    async (_method, _path, endpoint) => {
      const credential = { 'x-api-key': keysOfOther.secret };
      const about = await send(endpoint, known, credential);
      const aboutNobody = await send(endpoint, nobodys, credential);
      const inItsName = await send(endpoint, known, { ...credential, 'x-tenant': 'demo' });
      for (const { status, text } of [about, inItsName]) {
        expect(status).toBeLessThan(500);
        for (const marker of markers()) expect(text).not.toContain(marker);
      }
      const asksForSomeone =
        JSON.stringify(sampleRequest(endpoint, known)) !== JSON.stringify(sampleRequest(endpoint, nobodys));
      if (asksForSomeone) {
        expect({ status: about.status, text: neutral(about.text, known) }).toEqual({
          status: aboutNobody.status,
          text: neutral(aboutNobody.text, nobodys),
        });
      }
    },
  );

  it('has changed nothing by all that', async () => {
    expect(await rowsOfTenant(stack.postgres.url, 'demo')).toEqual(rowsBefore);
  });

  it('is compared with answers that do show it, to the tenant itself', async () => {
    const own = { 'x-api-key': stack.tenant.secretApiKey };
    let shown = 0;
    for (const endpoint of serverEndpoints.filter(({ method }) => method === 'GET')) {
      const { text } = await send(endpoint, known, own);
      if (markers().some((marker) => text.includes(marker))) shown++;
    }
    expect(shown).toBeGreaterThan(12);
    const filled = Object.entries(rowsBefore).flatMap(([table, of]) => (of.length > 0 ? [table] : []));
    expect(filled).toEqual(
      expect.arrayContaining(
        [
          'users',
          'devices',
          'operations',
          'authentications',
          'match_tokens',
          'webhooks',
          'api_keys',
          'lockouts',
        ]
          .map((table) => `node_persistence.${table}`)
          .concat('circuit_storage.circuits'),
      ),
    );
  });
});

describe('the mobile key of another tenant', () => {
  /** The endpoint that is called with the other tenant's key, all others with the own one. */
  let crossed: EndpointShape | undefined;
  let other: ReturnType<typeof createHttpClient>;
  const enroll = () =>
    enrollSyntheticDevice(stack.tenant.coreDaemonUrl, stack.tenant.mobileApiKey, {
      circuitCount: 3,
      wrapTransport: (own): DeviceTransport => {
        const foreign = createHttpDeviceTransport(other);
        return {
          ...own,
          call: (endpoint, input) => (endpoint === crossed ? foreign : own).call(endpoint, input),
        };
      },
    });
  /** A device that enrolled with its own tenant's key, and then does `act` with the other key at that endpoint. */
  const cross = async (endpoint: EndpointShape, act: (device: SyntheticDevice) => Promise<unknown>) => {
    crossed = undefined;
    const own = await enroll();
    crossed = endpoint;
    const outcome = await outcomeOf(act(own));
    crossed = undefined;
    expect(await outcomeOf(own.authenticate(300, false)), 'afterwards, with its own key').toBe('ok');
    await own.close();
    return outcome;
  };
  const enrollThrough = async (endpoint: EndpointShape) => {
    crossed = endpoint;
    return outcomeOf(enroll());
  };

  const pin = '2468';
  /** The device SDK with everything real but its camera. */
  const openSdk = (folder: string): KeylessInstance => {
    const face = new Uint8Array(randomBytes(contracts.protocolDefaults.codeBits / 8));
    const ports = createNodePorts({
      camera: { capture: async () => [new Uint8Array(1)] },
      analyzer: {
        artifact: { family: 'synthetic', version: '1' },
        threshold: contracts.protocolDefaults.threshold,
        analyze: async () => ({ code: face.slice(), triggeredFilters: [] }),
      },
      storePath: join(folder, 'device.store'),
    });
    return createKeyless({
      ...ports,
      network: {
        sendHTTPRequest: (request) => {
          const key = request.path === crossed?.path ? { 'x-api-key': keysOfOther.mobile } : {};
          return fetchNetwork.sendHTTPRequest({ ...request, headers: { ...request.headers, ...key } });
        },
      },
    });
  };
  /** The same with a user of the device SDK, who has devices that come and go (spec 08 §6): face and PIN are one each. */
  const crossSdk = async (
    endpoint: EndpointShape,
    before: (keyless: KeylessInstance) => Promise<unknown>,
    act: (keyless: KeylessInstance) => Promise<unknown>,
    afterwards: (keyless: KeylessInstance) => Promise<unknown>,
  ) => {
    crossed = undefined;
    const folder = await mkdtemp(join(tmpdir(), 'tenant-isolation-'));
    const keyless = openSdk(folder);
    const { coreDaemonUrl, mobileApiKey } = stack.tenant;
    await keyless.configure({ apiKey: mobileApiKey, hosts: [coreDaemonUrl] });
    await keyless.enroll(new BiomEnrollConfig());
    await before(keyless);
    crossed = endpoint;
    const failure = await act(keyless).then(
      () => 'ok',
      (error: unknown) => (error instanceof KeylessSdkError ? error.coreCode : String(error)),
    );
    crossed = undefined;
    await afterwards(keyless);
    await keyless.close();
    await rm(folder, { recursive: true });
    return failure;
  };
  const crossings: Readonly<
    Record<string, { readonly code: string; readonly outcome: () => Promise<string | undefined> }>
  > = {
    // The enrollment is the other tenant's then, and not found by this one.
    beginEnrollment: { code: 'ENROLLMENT_NOT_FOUND', outcome: () => enrollThrough(core.beginEnrollment) },
    uploadEnrollmentCircuits: {
      code: 'ENROLLMENT_NOT_FOUND',
      outcome: () => enrollThrough(core.uploadEnrollmentCircuits),
    },
    commitEnrollment: { code: 'ENROLLMENT_NOT_FOUND', outcome: () => enrollThrough(core.commitEnrollment) },
    beginAuthentication: {
      code: 'USER_NOT_FOUND',
      outcome: () => cross(core.beginAuthentication, (own) => own.reserve()),
    },
    finishAuthentication: {
      code: 'USER_NOT_FOUND',
      outcome: () =>
        cross(core.finishAuthentication, async (own) => {
          const reservation = await own.reserve();
          const message = own.answer(reservation, atDistance(own.code, 10), { purpose: 'authenticate' });
          return own.send(reservation, message);
        }),
    },
    uploadCircuits: {
      code: 'USER_NOT_FOUND',
      outcome: () =>
        cross(core.uploadCircuits, async (own) => {
          const { failure } = await (await own.authenticate()).refillDone;
          throw failure;
        }),
    },
    deviceStatus: {
      code: 'USER_NOT_FOUND',
      outcome: () => cross(core.deviceStatus, (own) => own.readStatus()),
    },
    beginFurtherDevice: {
      code: 'USER_NOT_FOUND',
      outcome: () =>
        crossSdk(
          devices.beginFurtherDevice,
          async () => {},
          (keyless) => keyless.enroll(new PinEnrollConfig(pin)),
          (keyless) => keyless.authenticate(new BiomAuthConfig()),
        ),
    },
    removeDevice: {
      code: 'USER_NOT_FOUND',
      outcome: () =>
        crossSdk(
          devices.removeDevice,
          (keyless) => keyless.enroll(new PinEnrollConfig(pin)),
          (keyless) => keyless.authenticate(new BiomAuthConfig({ shouldRemovePin: true })),
          (keyless) => keyless.authenticate(new PinAuthConfig(pin)),
        ),
    },
  };

  beforeAll(() => {
    other = createHttpClient({
      baseUrl: stack.tenant.coreDaemonUrl,
      defaultHeaders: { 'x-api-key': keysOfOther.mobile },
    });
  });
  afterAll(() => other?.close());

  it('is tried at every endpoint of a device', () => {
    expect(Object.keys(crossings)).toEqual(deviceEndpoints.map(([name]) => name));
  });

  it.each(Object.entries(crossings))(
    'finds nobody at %s, even with the right signature',
    async (_name, crossing) => {
      expect(await crossing.outcome()).toBe(crossing.code);
    },
  );
});
