/** A refusal of the server, in the words of the catalogue. */
export class ApiError extends Error {
  /** @param {{ code: string, message: string, nextStep: string, requestId?: string, details?: object }} error */
  constructor(error, retryAfterSeconds) {
    super(error.message);
    this.name = 'ApiError';
    this.code = error.code;
    this.nextStep = error.nextStep;
    this.requestId = error.requestId;
    this.details = error.details ?? {};
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const unreachable = {
  code: 'DASHBOARD_UNREACHABLE',
  message: 'The server of this page does not answer.',
  nextStep: 'Check the connection and that the dashboard is running, then try again.',
};
const unreadable = {
  code: 'ANSWER_UNREADABLE',
  message: 'The server of this page gave an answer that is none.',
  nextStep: 'Try again; if it recurs, look at the log of the dashboard.',
};

const TENANT_KEY = 'openrecognize-tenant';
let onSessionEnd = () => {};

/** @param {() => void} listener told when the server does not know the session any more */
export const whenSessionEnds = (listener) => {
  onSessionEnd = listener;
};

export const chosenTenant = () => sessionStorage.getItem(TENANT_KEY) ?? undefined;

/** @param {string | undefined} customer */
export const chooseTenant = (customer) => {
  if (customer === undefined) sessionStorage.removeItem(TENANT_KEY);
  else sessionStorage.setItem(TENANT_KEY, customer);
};

const queryOf = (query) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
};

const call = async (method, path, { query, body } = {}) => {
  const tenant = chosenTenant();
  let response;
  try {
    response = await fetch(`api/${path}${queryOf(query)}`, {
      method,
      credentials: 'same-origin',
      headers: {
        'x-openrecognize-dashboard': '1',
        ...(tenant === undefined ? {} : { 'x-tenant': tenant }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(unreachable);
  }
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  const error = answer?.error?.nextStep ? answer.error : unreadable;
  if (error.code === 'OPERATOR_SESSION_INVALID') onSessionEnd();
  throw new ApiError(error, Number(response.headers.get('retry-after') ?? Number.NaN));
};

const part = encodeURIComponent;

export const signIn = (name, password) => call('POST', 'session', { body: { name, password } });
export const signOut = () => call('DELETE', 'session');
export const readSession = () => call('GET', 'session');
export const readHealth = async () => (await call('GET', 'health')).services;

export const searchUsers = (query) => call('GET', 'admin/users', { query });
export const readUser = (userId) => call('GET', `admin/users/${part(userId)}`);
export const unlockUser = (userId, reason) =>
  call('POST', `admin/users/${part(userId)}/unlock`, { body: reason === '' ? {} : { reason } });
export const deleteUser = (userId) => call('DELETE', `admin/users/${part(userId)}`);
export const deleteDevice = (userId, deviceId) =>
  call('DELETE', `admin/users/${part(userId)}/devices/${part(deviceId)}`);
export const listLockouts = (query) => call('GET', 'admin/lockouts', { query });
export const listAuthentications = (query) => call('GET', 'admin/authentications', { query });
export const listOperations = (query) => call('GET', 'admin/operations', { query });

export const listTenants = async () => (await call('GET', 'admin/tenants')).tenants;
export const createTenant = (customer) => call('POST', 'admin/tenants', { body: { customer } });

export const listApiKeys = async () => (await call('GET', 'admin/api-keys')).apiKeys;
export const createApiKey = (kind) => call('POST', 'admin/api-keys', { body: { kind } });
export const revokeApiKey = (apiKeyId) => call('DELETE', `admin/api-keys/${part(apiKeyId)}`);
export const readSettings = () => call('GET', 'admin/settings');
export const changeSettings = (version, changes) =>
  call('PATCH', 'admin/settings', { body: { version, changes } });

export const listWebhooks = async () => (await call('GET', 'admin/webhooks')).webhooks;
export const createWebhook = (body) => call('POST', 'admin/webhooks', { body });
export const changeWebhook = (webhookId, body) =>
  call('PATCH', `admin/webhooks/${part(webhookId)}`, { body });
export const deleteWebhook = (webhookId) => call('DELETE', `admin/webhooks/${part(webhookId)}`);
export const rotateWebhookSecret = (webhookId) =>
  call('POST', `admin/webhooks/${part(webhookId)}/rotate-secret`);
export const replayDeadDeliveries = (webhookId) =>
  call('POST', `admin/webhooks/${part(webhookId)}/replay-dead`);
export const listDeliveries = (query) => call('GET', 'admin/webhook-deliveries', { query });
export const readDelivery = (deliveryId) => call('GET', `admin/webhook-deliveries/${part(deliveryId)}`);
export const replayDelivery = (deliveryId) =>
  call('POST', `admin/webhook-deliveries/${part(deliveryId)}/replay`);

export const listAuditEntries = (query) => call('GET', 'admin/audit', { query });
export const verifyAudit = (query) => call('GET', 'admin/audit/verification', { query });

export const listOperators = async () => (await call('GET', 'admin/operators')).operators;
export const createOperator = (body) => call('POST', 'admin/operators', { body });
export const changeOperator = (operatorId, body) =>
  call('PATCH', `admin/operators/${part(operatorId)}`, { body });
