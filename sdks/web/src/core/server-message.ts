import {
  SERVER_FILTER_NAMES,
  type ServerMessage,
  WEB_SESSION_ERROR_CODES,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { KeylessError } from './keyless-error.ts';

export type ServerMessageResult =
  | { readonly message: ServerMessage; readonly code?: undefined }
  | { readonly message?: undefined; readonly code: KeylessError };

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const MALFORMED = { code: 'WEB_SOCKET_MESSAGE_SET_UNSET' } as const;

/**
 * Reads one text message of the server (spec 07 §3). A hostile server must not get further than a code: what is shown
 * or computed with (colours, numbers, names) is checked here; fields that are not known are not looked at.
 */
export function parseServerMessage(text: string): ServerMessageResult {
  if (text.length > webSessionLimits.maxControlBytes) {
    return MALFORMED;
  }
  const fields = parseObject(text);
  if (fields === null) {
    return MALFORMED;
  }
  if (fields.type === 'begin-stream' && !isText(fields.sessionId)) {
    return { code: 'SESSION_ID_UNSET' };
  }
  if (fields.type === 'frame-results' && !isListOf(isFilterResult)(fields.filters)) {
    return { code: 'FRAME_RESULTS_SET_UNSET' };
  }
  const isValid =
    typeof fields.type === 'string' && Object.hasOwn(CHECKS, fields.type)
      ? CHECKS[fields.type as ServerMessage['type']]
      : undefined;
  if (isValid === undefined || !isValid(fields)) {
    return MALFORMED;
  }
  return { message: normalised(fields as unknown as ServerMessage) };
}

/** A code of a later server than this client is an inner error of the server to this client. */
function normalised(message: ServerMessage): ServerMessage {
  if (message.type !== 'error' || WEB_SESSION_ERROR_CODES.includes(message.code)) {
    return message;
  }
  return { ...message, code: 'SERVER_INTERNAL_ERROR' };
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string' && value.length > 0;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive: Check = (value) => Number.isFinite(value) && (value as number) > 0;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => Number.isFinite(value);
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isFilterName: Check = (value) => (SERVER_FILTER_NAMES as readonly unknown[]).includes(value);
const isDate: Check = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value));
const has =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const isFlash = has({
  step: (value) => isCount(value) && (value as number) <= 255,
  // It becomes a style of the page.
  colour: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value),
});

const isFilterResult = has({
  name: isFilterName,
  triggered: isBoolean,
  value: isNumber,
  threshold: isNumber,
});

const isSubject = has({
  flow: (value) => value === 'auth' || value === 'enroll',
  customer: has({ name: isText }),
  username: isText,
  operation: isOptional(has({ id: isText })),
  transaction: isOptional(has({ data: (value) => typeof value === 'string' })),
});

const CHECKS: Readonly<Record<ServerMessage['type'], Check>> = {
  'begin-stream': has({
    resumeToken: isText,
    stream: isCount,
    limits: has({
      maxFrameBytes: isPositive,
      frameTimeoutMs: isPositive,
      sessionTimeoutMs: isPositive,
      maxFramesPerSecond: isPositive,
    }),
    flash: isOptional(isFlash),
    subject: isOptional(isSubject),
  }),
  'frame-results': has({ sequence: isCount, accepted: isBoolean, flash: isOptional(isFlash) }),
  'stop-stream': () => true,
  finished: has({ keylessId: isText, jwt: isOptional(isText), seedEntropy: isOptional(isText) }),
  transfer: has({ token: isText, expiresInSeconds: isPositive }),
  'transfer-joined': () => true,
  error: has({
    code: isText,
    filters: isOptional(isListOf(isFilterName)),
    lockoutExpiresAt: isOptional(isDate),
  }),
};
