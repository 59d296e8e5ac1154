import * as contracts from '@openrecognize/contracts';
import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  RecognizeError,
} from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { createFakeRecords, type FakeRecords, hex } from './fake-records.ts';

export const password = 'correct horse battery';
export const sessionToken = (name: string): string => name.padEnd(43, '_');

type Role = 'viewer' | 'admin';

/** One call as it arrived. */
export interface SeenCall {
  readonly method: string;
  readonly url: string;
  readonly headers: FastifyRequest['headers'];
  readonly body: unknown;
}

export interface FakeOperations {
  readonly records: FakeRecords;
  readonly calls: SeenCall[];
  /** Thrown by the next calls of a path, by `METHOD /path/with/:params`. */
  readonly failures: Map<string, RecognizeError>;
  /** Signs everybody out. */
  endSessions(): void;
  readonly service: Service;
}

const refuse = (code: contracts.CoreErrorCode, message?: string): never => {
  throw new RecognizeError(code, message === undefined ? {} : { message });
};

type OperatorRecord = Static<typeof contracts.Operator>;
const newestFirst = <T>(list: readonly T[]): T[] => [...list].reverse();

/** The operations-service's administration, from records in memory. */
export const createFakeOperations = async (): Promise<FakeOperations> => {
  const service = await createService({
    name: 'fake-operations',
    logging: { level: 'silent', stream: { write: () => {} } },
  });
  const records = createFakeRecords();
  const calls: SeenCall[] = [];
  const failures = new Map<string, RecognizeError>();
  const sessions = new Set<string>();

  const operatorOf = (request: FastifyRequest): OperatorRecord => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const name = token?.replace(/_+$/, '');
    const operator = records.operators.find((one) => one.name === name);
    if (token === undefined || !sessions.has(token) || operator === undefined) {
      return refuse('OPERATOR_SESSION_INVALID');
    }
    return operator;
  };

  const on = <E extends EndpointShape>(
    endpoint: E,
    handle: (input: EndpointInput<E>, operator: OperatorRecord) => EndpointOutput<E>,
  ): void => {
    const { params, query, body } = endpoint;
    service.app.route({
      method: endpoint.method,
      url: endpoint.path,
      schema: {
        ...(params ? { params } : {}),
        ...(query ? { querystring: query } : {}),
        ...(body ? { body } : {}),
      },
      handler: async (request, reply) => {
        calls.push({
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: request.body,
        });
        const failure = failures.get(`${endpoint.method} ${endpoint.path}`);
        if (failure) throw failure;
        const operator =
          endpoint.auth === 'public' ? (undefined as unknown as OperatorRecord) : operatorOf(request);
        if (endpoint.auth !== 'public') {
          const changes =
            endpoint.method !== 'GET' && (endpoint as EndpointShape) !== contracts.signOutOperator;
          if (changes && (operator.role as Role) !== 'admin') refuse('FORBIDDEN');
        }
        const answer = handle(request as unknown as EndpointInput<E>, operator);
        return reply.code(endpoint.status).send(endpoint.response === 'empty' ? undefined : answer);
      },
    });
  };

  on(contracts.signInOperator, ({ body }) => {
    const operator = records.operators.find(({ name }) => name === body.name);
    if (!operator || operator.disabled || body.password !== password)
      return refuse('OPERATOR_CREDENTIALS_INVALID');
    const token = sessionToken(operator.name);
    sessions.add(token);
    return { token, operator, expiresAtMs: Date.now() + 8 * 3_600_000, idleTimeoutSeconds: 1_800 };
  });
  on(contracts.readOperatorSession, (_input, { operatorId, name, role, customer }) => ({
    actor: { kind: 'operator' as const, id: operatorId, name },
    role,
    scope: customer === undefined ? ('installation' as const) : ('tenant' as const),
    customers: records.customers,
  }));
  on(contracts.signOutOperator, (_input, { name }) => {
    sessions.delete(sessionToken(name));
    return undefined;
  });

  mountPeople(on, records);
  mountTenants(on, records);
  mountTenant(on, records);
  mountWebhooks(on, records);
  await service.app.ready();
  return { records, calls, failures, service, endSessions: () => sessions.clear() };
};

type On = <E extends EndpointShape>(
  endpoint: E,
  handle: (input: EndpointInput<E>, operator: OperatorRecord) => EndpointOutput<E>,
) => void;

const mountPeople = (on: On, records: FakeRecords): void => {
  const userOf = (userId: string) =>
    records.users.find((user) => user.userId === userId) ?? refuse('USER_NOT_FOUND');
  const locked = () => records.users.filter(({ lockedUntilMs }) => lockedUntilMs !== undefined);

  on(contracts.searchUsers, ({ query }) => {
    const found = records.users
      .filter(({ userId }) => userId.startsWith((query.userIdPrefix ?? '').toUpperCase()))
      .filter(
        ({ externalUserId }) =>
          query.externalUserId === undefined ||
          externalUserId?.toLowerCase() === query.externalUserId.toLowerCase(),
      )
      .filter(({ userId }) => query.after === undefined || userId > query.after);
    const limit = query.limit ?? 50;
    const users = found.slice(0, limit);
    return { users, ...(found.length > limit ? { next: users.at(-1)!.userId } : {}) };
  });
  on(contracts.readUserDetail, ({ params }) => {
    const user = userOf(params.userId);
    const isLocked = user.lockedUntilMs !== undefined;
    return {
      user,
      devices: records.devices
        .filter((device) => device.userId === user.userId)
        .map(({ userId, ...rest }) => rest),
      lockout: {
        failures: isLocked ? 5 : 1,
        remainingAttempts: isLocked ? 0 : 4,
        ...(isLocked ? { lockedUntilMs: user.lockedUntilMs! } : {}),
      },
    };
  });
  on(contracts.unlockUser, ({ params }) => {
    const user = userOf(params.userId);
    const wasLockedOut = user.lockedUntilMs !== undefined;
    delete user.lockedUntilMs;
    return { wasLockedOut };
  });
  on(contracts.deleteAdministeredUser, ({ params }) => {
    records.users.splice(records.users.indexOf(userOf(params.userId)), 1);
    return undefined;
  });
  on(contracts.deleteAdministeredDevice, ({ params }) => {
    const { userId } = userOf(params.userId);
    const isDevice = (one: { userId: string; deviceId: string }) =>
      one.userId === userId && one.deviceId === params.deviceId;
    const index = records.devices.findIndex(isDevice);
    if (index < 0) return refuse('DEVICE_NOT_FOUND');
    records.devices.splice(index, 1);
    return undefined;
  });
  on(contracts.listLockouts, () => ({
    lockouts: locked().map(({ userId, externalUserId, lockedUntilMs }) => ({
      userId,
      ...(externalUserId === undefined ? {} : { externalUserId }),
      lockedUntilMs: lockedUntilMs!,
    })),
  }));
  on(contracts.listAuthentications, ({ query }) => {
    const found = newestFirst(records.authentications).filter(
      (one) =>
        (query.userId === undefined || one.userId === query.userId) &&
        (query.outcome === undefined || one.outcome === query.outcome) &&
        (query.before === undefined || one.authenticationId < query.before),
    );
    const authentications = found.slice(0, query.limit ?? 50);
    const isMore = found.length > authentications.length;
    return { authentications, ...(isMore ? { next: authentications.at(-1)!.authenticationId } : {}) };
  });
  on(contracts.listOperations, ({ query }) => ({
    operations: newestFirst(records.operations)
      .filter(({ userId }) => query.userId === undefined || userId === query.userId)
      .slice(0, query.limit ?? 50),
  }));
};

const mountTenants = (on: On, { customers }: FakeRecords): void => {
  const tenantOf = (customer: string, index: number) => ({
    customer,
    sdkCustomerId: 42 + index,
    createdAtMs: 0,
  });
  on(contracts.listTenants, () => ({ tenants: customers.map(tenantOf) }));
  on(contracts.createTenant, ({ body: { customer } }) => {
    if (customers.includes(customer)) return refuse('CONFLICT');
    customers.push(customer);
    const apiKeys = (['download', 'mobile', 'secret'] as const).map((kind) => ({
      apiKeyId: hex(16, kind.length).toLowerCase(),
      kind,
      createdAtMs: 0,
      key: `or_${kind}_${kind[0]!.repeat(43)}`,
    }));
    return { ...tenantOf(customer, customers.length - 1), apiKeys };
  });
};

const mountTenant = (on: On, records: FakeRecords): void => {
  on(contracts.readTenantSettings, () => records.settings);
  on(contracts.updateTenantSettings, ({ body }) => {
    if (body.version !== records.settings.version) return refuse('CONFLICT');
    const entries = Object.entries({ ...records.settings.settings, ...body.changes });
    records.settings = {
      customer: records.settings.customer,
      version: body.version + 1,
      settings: Object.fromEntries(entries.filter(([, value]) => value !== null)) as never,
    };
    return records.settings;
  });
  on(contracts.listApiKeys, () => ({ apiKeys: newestFirst(records.apiKeys) }));
  on(contracts.createApiKey, ({ body }) => {
    const info = { apiKeyId: records.nextApiKeyId(), kind: body.kind, createdAtMs: Date.now() };
    records.apiKeys.push(info);
    return { ...info, key: `${body.kind[0]}k_${'k'.repeat(43)}` };
  });
  on(contracts.revokeApiKey, ({ params }) => {
    const key = records.apiKeys.find(({ apiKeyId }) => apiKeyId === params.apiKeyId) ?? refuse('NOT_FOUND');
    const valid = records.apiKeys.filter(
      ({ kind, revokedAtMs }) => kind === 'secret' && revokedAtMs === undefined,
    );
    if (key.kind === 'secret' && valid.length === 1) {
      return refuse('CONFLICT', 'It is the last secret key of the tenant.');
    }
    key.revokedAtMs = Date.now();
    return undefined;
  });
  on(contracts.listOperators, () => ({ operators: records.operators }));
  on(contracts.createOperator, ({ body: { password: _password, ...rest } }) => {
    const operator = { operatorId: crypto.randomUUID(), disabled: false, createdAtMs: Date.now(), ...rest };
    records.operators.push(operator);
    return operator;
  });
  on(contracts.updateOperator, ({ params, body }) => {
    const operator =
      records.operators.find((one) => one.operatorId === params.operatorId) ?? refuse('NOT_FOUND');
    const { password: _password, ...changes } = body;
    return Object.assign(operator, changes);
  });
  on(contracts.listAuditEntries, ({ query }) => ({
    entries: newestFirst(records.audit).filter(
      ({ sequence }) => query.before === undefined || sequence < query.before,
    ),
  }));
  on(contracts.verifyAuditTrail, () => ({
    intact: records.brokenSequence === undefined,
    checkedEntries: records.audit.length,
    ...(records.brokenSequence === undefined ? {} : { firstBrokenSequence: records.brokenSequence }),
    prunedSequence: 0,
    headSequence: records.audit.length,
    headHash: hex(64, 99).toLowerCase(),
  }));
  on(contracts.readServicesHealth, () => ({ services: [] }));
};

const mountWebhooks = (on: On, records: FakeRecords): void => {
  const webhookOf = (webhookId: string) =>
    records.webhooks.find((webhook) => webhook.webhookId === webhookId) ?? refuse('NOT_FOUND');
  const deliveryOf = (deliveryId: number) =>
    records.deliveries.find((delivery) => delivery.deliveryId === Number(deliveryId)) ?? refuse('NOT_FOUND');
  const secret = `whsec_${'s'.repeat(43)}`;
  const revive = (delivery: (typeof records.deliveries)[number]) => {
    delete delivery.finishedAtMs;
    return Object.assign(delivery, { state: 'pending' as const, nextAttemptAtMs: Date.now() });
  };

  on(contracts.listWebhooks, () => ({ webhooks: records.webhooks }));
  on(contracts.createWebhook, ({ body }) => {
    const webhook = {
      webhookId: crypto.randomUUID(),
      ...body,
      enabled: true,
      createdAtMs: Date.now(),
      pendingDeliveries: 0,
      deadDeliveries: 0,
    };
    records.webhooks.push(webhook);
    return { ...webhook, secret };
  });
  on(contracts.updateWebhook, ({ params, body }) => Object.assign(webhookOf(params.webhookId), body));
  on(contracts.deleteWebhook, ({ params }) => {
    records.webhooks.splice(records.webhooks.indexOf(webhookOf(params.webhookId)), 1);
    return undefined;
  });
  on(contracts.rotateWebhookSecret, ({ params }) => {
    webhookOf(params.webhookId);
    return { secret };
  });
  on(contracts.listWebhookDeliveries, ({ query }) => ({
    deliveries: newestFirst(records.deliveries).filter(
      ({ state, webhookId }) =>
        (query.state === undefined || query.state === state) &&
        (query.webhookId === undefined || query.webhookId === webhookId),
    ),
  }));
  on(contracts.readWebhookDelivery, ({ params }) => {
    const delivery = deliveryOf(params.deliveryId);
    const { eventId, eventType: type, createdAtMs: occurredAtMs } = delivery;
    return {
      delivery,
      event: { eventId, type, customer: 'demo', occurredAtMs, data: { userId: records.users[0]!.userId } },
      attempts: records.attemptsOf(delivery),
    };
  });
  on(contracts.replayWebhookDelivery, ({ params }) => revive(deliveryOf(params.deliveryId)));
  on(contracts.replayDeadWebhookDeliveries, ({ params }) => {
    const dead = records.deliveries.filter(
      ({ webhookId, state }) => webhookId === params.webhookId && state === 'dead',
    );
    for (const delivery of dead) revive(delivery);
    return { replayed: dead.length };
  });
};
