import type { FrameEncoding, WebSessionFlow, WebSessionSubject } from '@openrecognize/contracts/ws';
import type { KeylessError } from './keyless-error.ts';
import type { KeylessOptions } from './keyless-options.ts';
import { parseUrl } from './parse-url.ts';

/** Where the image encryption key comes from: the options, or the service itself. */
export type KeySource =
  | { readonly kind: 'given'; readonly id: string; readonly value: string }
  | { readonly kind: 'fetched'; readonly url: string };

/** Options that were checked; all the state machine needs to know of them. */
export interface ConnectionPlan {
  readonly socketUrl: string;
  readonly keySource: KeySource;
  /** Null on a device that joins: the server tells it. */
  readonly subject: WebSessionSubject | null;
  readonly transferToken: string | null;
  readonly authorizationToken: string | null;
  readonly seedEntropy: boolean;
  readonly cameraFlash: boolean;
  readonly encoding: FrameEncoding;
  readonly answerTimeoutMs: number;
  /** From `stop-stream` to `finished`. */
  readonly matchTimeoutMs: number;
}

export type PlanResult =
  | { readonly plan: ConnectionPlan; readonly code?: undefined }
  | { readonly plan?: undefined; readonly code: KeylessError };

interface Address {
  readonly socketUrl: string;
  readonly keySource: KeySource;
}

const DEFAULT_ANSWER_TIMEOUT_MS = 15_000;
const MIN_ANSWER_TIMEOUT_MS = 1_000;
const MAX_ANSWER_TIMEOUT_MS = 120_000;
/** A little longer than a server takes before it gives up itself, so that its own code wins. */
const DEFAULT_MATCH_TIMEOUT_MS = 35_000;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;

/** Checks the options in the order of the catalogue; the first that fails gives the code. */
export function planConnection(flow: WebSessionFlow, options: KeylessOptions | null | undefined): PlanResult {
  if (typeof options !== 'object' || options === null) {
    return { code: 'OPTIONS_UNSET' };
  }
  const transferToken = isText(options.transfer?.token) ? options.transfer.token : null;
  if (transferToken === null && !isText(options.customer?.name)) {
    return { code: 'CUSTOMER_UNSET' };
  }
  if (transferToken === null && !isText(options.username)) {
    return { code: 'USERNAME_UNSET' };
  }
  const address = options.service !== undefined ? serviceAddress(options) : socketAddress(options);
  if (typeof address === 'string') {
    return { code: address };
  }
  return {
    plan: {
      ...address,
      ...timeoutsOf(options.wsTimeout),
      subject: transferToken === null ? subjectOf(flow, options) : null,
      transferToken,
      authorizationToken: isText(options.authorization?.token) ? options.authorization.token : null,
      seedEntropy: options.seedEntropy === true,
      cameraFlash: options.cameraFlash === true,
      encoding: options.encoding ?? 'jpeg',
    },
  };
}

function subjectOf(flow: WebSessionFlow, options: KeylessOptions): WebSessionSubject {
  const { customer, username = '', operation, transaction } = options;
  return {
    flow,
    customer: { name: customer?.name ?? '' },
    username,
    ...(isText(operation?.id) && { operation: { id: operation.id } }),
    ...(isText(transaction?.data) && { transaction: { data: transaction.data } }),
  };
}

function socketAddress({ key, ws }: KeylessOptions): Address | KeylessError {
  if (!isText(key?.value)) {
    return 'KEY_UNSET';
  }
  if (!isText(key.id)) {
    return 'KEY_ID_UNSET';
  }
  if (!isText(ws?.url)) {
    return 'WEB_SOCKET_URL_UNSET';
  }
  const url = parseUrl(ws.url);
  const protocol = url === null ? undefined : SOCKET_PROTOCOLS[url.protocol];
  if (url === null || protocol === undefined) {
    return 'WEB_SOCKET_URL_PARSE_FAILED';
  }
  url.protocol = protocol;
  // A WebSocket refuses an address with a fragment.
  url.hash = '';
  return { socketUrl: url.href, keySource: { kind: 'given', id: key.id, value: key.value } };
}

function serviceAddress({ key, service }: KeylessOptions): Address | KeylessError {
  if (!isText(service?.url)) {
    return 'SERVICE_URL_UNSET';
  }
  const url = parseUrl(service.url);
  const protocol = url === null ? undefined : SOCKET_PROTOCOLS[url.protocol];
  if (url === null || protocol === undefined) {
    return 'SERVICE_URL_PARSE_FAILED';
  }
  const base = url.pathname.replace(/\/+$/, '');
  url.search = '';
  url.hash = '';
  url.pathname = `${base}/v1/image-encryption-key`;
  url.protocol = protocol === 'wss:' ? 'https:' : 'http:';
  const keyUrl = url.href;
  url.pathname = `${base}/v1/web-sessions`;
  url.protocol = protocol;
  const isKeyGiven = isText(key?.id) && isText(key.value);
  return {
    socketUrl: url.href,
    keySource: isKeyGiven
      ? { kind: 'given', id: key.id as string, value: key.value as string }
      : { kind: 'fetched', url: keyUrl },
  };
}

const SOCKET_PROTOCOLS: Readonly<Record<string, 'ws:' | 'wss:'>> = {
  'ws:': 'ws:',
  'wss:': 'wss:',
  'http:': 'ws:',
  'https:': 'wss:',
};

function timeoutsOf(wsTimeout: number | undefined): { answerTimeoutMs: number; matchTimeoutMs: number } {
  if (wsTimeout === undefined || !Number.isFinite(wsTimeout)) {
    return { answerTimeoutMs: DEFAULT_ANSWER_TIMEOUT_MS, matchTimeoutMs: DEFAULT_MATCH_TIMEOUT_MS };
  }
  const timeoutMs = Math.min(Math.max(wsTimeout, MIN_ANSWER_TIMEOUT_MS), MAX_ANSWER_TIMEOUT_MS);
  return { answerTimeoutMs: timeoutMs, matchTimeoutMs: timeoutMs };
}
