import type * as contracts from '@openrecognize/contracts';
import type { Static, TSchema } from 'typebox';

/** What a schema describes, to be changed by the fake. */
type Record<S extends TSchema> = { -readonly [K in keyof Static<S>]: Static<S>[K] };

/** `length` uppercase hex digits that differ by `seed`. */
export const hex = (length: number, seed: number): string =>
  Array.from({ length }, (_, index) => ((index * 7 + seed * 13 + ((index * seed) >> 2)) % 16).toString(16))
    .join('')
    .toUpperCase();

const uuid = (seed: number): string => {
  const text = hex(32, seed).toLowerCase();
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const createUsers = (nowMs: number): Record<typeof contracts.AdministeredUser>[] =>
  Array.from({ length: 57 }, (_, index) => ({
    userId: index.toString(16).padStart(2, '0').toUpperCase() + hex(62, index + 1),
    ...(index % 3 === 2 ? {} : { externalUserId: `customer-${1_000 + index}` }),
    createdAtMs: nowMs - index * 3 * DAY_MS - 7 * MINUTE_MS,
    deviceCount: index === 0 ? 3 : 1,
    ...(index === 0 || index === 4 ? { lockedUntilMs: nowMs + 8 * MINUTE_MS } : {}),
  }));

const createDevices = (nowMs: number, users: readonly { userId: string }[]) => {
  const artifact = { family: 'face-default', version: '1.2.0' };
  const userId = users[0]!.userId;
  return [
    { deviceType: 'SDK', deviceOrigin: 'IOS', osVersion: '18.1', sdkVersion: '2.4.0', circuits: 23 },
    { deviceType: 'SDK', deviceOrigin: 'WEB', sdkVersion: '2.4.0', circuits: 2 },
    { deviceType: 'BACKUP', deviceOrigin: 'KEYLESS_AGENT', circuits: undefined },
  ].map(({ circuits, ...device }, index) => ({
    userId,
    deviceId: hex(32, 40 + index),
    ...device,
    artifact,
    createdAtMs: nowMs - (30 - index) * DAY_MS,
    ...(circuits === undefined ? {} : { circuits: { stock: circuits, nextFreeIndex: 140 + index } }),
  })) as (Record<typeof contracts.AdministeredDevice> & { userId: string })[];
};

const createAuthentications = (nowMs: number, users: readonly { userId: string }[]) => {
  const outcomes = [
    'match',
    'match',
    'no-match',
    'match',
    'aborted',
    'refused',
    'expired',
    'no-match',
  ] as const;
  return Array.from(
    { length: 64 },
    (_, index): Record<typeof contracts.AdministeredAuthentication> => ({
      authenticationId: index + 1,
      userId: users[(63 - index) % 5]!.userId,
      deviceId: hex(32, 40),
      outcome: outcomes[index % outcomes.length]!,
      ...(index % 2 === 0 ? { operationId: `payment-${7_000 + index}` } : {}),
      createdAtMs: nowMs - (64 - index) * 17 * MINUTE_MS,
    }),
  );
};

const createAudit = (nowMs: number, operatorId: string) =>
  [
    { action: 'operator.create', target: 'operator vera' },
    { action: 'api-key.create', target: 'api key 0d1f3a5c7e90b2d4', after: { kind: 'mobile' } },
    {
      action: 'settings.update',
      target: 'settings',
      before: { lockoutFailures: 10 },
      after: { lockoutFailures: 5 },
    },
    { action: 'user.unlock', target: `user ${hex(64, 5)}`, after: { reason: 'called the help desk' } },
  ].map(
    (entry, index): Record<typeof contracts.AuditEntry> => ({
      sequence: index + 1,
      occurredAtMs: nowMs - (6 - index) * 5 * 60 * MINUTE_MS,
      actor: { kind: 'operator', id: operatorId, name: 'ada' },
      requestId: uuid(60 + index),
      hash: hex(64, 70 + index).toLowerCase(),
      ...entry,
    }),
  );

const createDeliveries = (nowMs: number, webhookId: string) =>
  (['delivered', 'delivered', 'dead', 'pending', 'delivered', 'dead'] as const).map(
    (state, index): Record<typeof contracts.WebhookDelivery> => ({
      deliveryId: index + 1,
      webhookId,
      eventId: uuid(80 + index),
      eventType: index % 2 === 0 ? 'authentication.failed' : 'user.locked-out',
      state,
      attempts: state === 'dead' ? 8 : state === 'pending' ? 2 : 1,
      createdAtMs: nowMs - (7 - index) * 40 * MINUTE_MS,
      ...(state === 'pending'
        ? { nextAttemptAtMs: nowMs + 4 * MINUTE_MS }
        : { finishedAtMs: nowMs - index * MINUTE_MS }),
    }),
  );

/** Records of one made-up tenant, of every kind the dashboard shows. */
export const createFakeRecords = () => {
  const nowMs = Date.now();
  const users = createUsers(nowMs);
  const operators: Record<typeof contracts.Operator>[] = (['ada', 'vera'] as const).map((name, index) => ({
    operatorId: uuid(20 + index),
    name,
    role: name === 'ada' ? 'admin' : 'viewer',
    disabled: false,
    createdAtMs: nowMs - 40 * DAY_MS,
    ...(name === 'ada' ? { lastSignInAtMs: nowMs - 3 * MINUTE_MS } : { customer: 'demo' }),
  }));
  const webhookId = uuid(30);
  let apiKeyCount = 3;
  const settings: Record<typeof contracts.VersionedTenantSettings> = {
    customer: 'demo',
    version: 4,
    settings: {
      lockoutFailures: 5,
      lockoutWindowSeconds: 600,
      lockoutSuspensionSeconds: 600,
      userAuthorizationType: 'None',
      jwtLifetimeSeconds: 0,
      jwtIncludeJti: true,
      authenticationVisibilitySeconds: 600,
    },
  };
  return {
    customers: ['demo'],
    users,
    devices: createDevices(nowMs, users),
    authentications: createAuthentications(nowMs, users),
    operations: Array.from(
      { length: 6 },
      (_, index): Record<typeof contracts.AdministeredOperation> => ({
        operationId: `payment-${7_040 + index}`,
        userId: users[index % 2]!.userId,
        ...(index % 2 === 0 ? { payload: '{"amount":"49.90 EUR","payee":"Corner Bookshop"}' } : {}),
        state: index % 3 === 0 ? 'pending' : 'approved',
        createdAtMs: nowMs - (6 - index) * 25 * MINUTE_MS,
      }),
    ),
    apiKeys: (['download', 'mobile', 'secret'] as const).map(
      (kind, index): Record<typeof contracts.ApiKeyInfo> => ({
        apiKeyId: hex(16, 11 + index).toLowerCase(),
        kind,
        createdAtMs: nowMs - (40 - index) * DAY_MS,
        ...(kind === 'download' ? {} : { lastUsedDay: new Date(nowMs).toISOString().slice(0, 10) }),
      }),
    ),
    nextApiKeyId: () => hex(16, 11 + apiKeyCount++).toLowerCase(),
    settings,
    operators,
    audit: createAudit(nowMs, operators[0]!.operatorId),
    /** Where the chain of the audit trail is broken. */
    brokenSequence: undefined as number | undefined,
    webhooks: [
      {
        webhookId,
        url: 'https://hooks.example.com/recognize',
        eventTypes: ['authentication.failed', 'user.locked-out'],
        enabled: true,
        createdAtMs: nowMs - 12 * DAY_MS,
        pendingDeliveries: 1,
        deadDeliveries: 2,
      },
    ] as Record<typeof contracts.Webhook>[],
    deliveries: createDeliveries(nowMs, webhookId),
    attemptsOf: (delivery: Static<typeof contracts.WebhookDelivery>) =>
      Array.from(
        { length: delivery.attempts },
        (_, index): Static<typeof contracts.WebhookAttempt> => ({
          attemptedAtMs: delivery.createdAtMs + index * MINUTE_MS,
          durationMs: 120 + index,
          ...(delivery.state === 'delivered' ? { httpStatus: 204 } : { httpStatus: 500, failure: 'status' }),
        }),
      ),
  };
};
export type FakeRecords = ReturnType<typeof createFakeRecords>;
