/** Codes a server ends a web session with; rows of the web error table (spec 06). */
export const WEB_SESSION_ERROR_CODES = [
  'SERVER_CUSTOMER_NOT_FOUND',
  'SERVER_USER_NOT_FOUND',
  'SERVER_USER_ALREADY_ENROLLED',
  'SERVER_FACE_DOES_NOT_MATCH',
  'SERVER_RECOGNITION_FAILED',
  'SERVER_USER_LOCKED_OUT',
  'SERVER_NO_ATTEMPTS_LEFT',
  'SERVER_FORBIDDEN',
  'SERVER_TIMEOUT',
  'SERVER_UNAVAILABLE_SERVICE',
  'SERVER_IMAGE_ENCRYPT_FAILED',
  'SERVER_INTERNAL_ERROR',
  'SERVER_UNPROCESSABLE_EVENT',
  'SERVER_VALIDATION_FAILED',
] as const;

export type WebSessionErrorCode = (typeof WEB_SESSION_ERROR_CODES)[number];

/** Close codes of the socket (spec 07 §8). Every one but 1000 and `continuedElsewhere` follows an `error` message. */
export const WEB_SESSION_CLOSE = {
  finished: 1000,
  /** A verdict about the person: no match, locked out, not enrolled, pictures not good enough. */
  verdict: 4000,
  /** The client broke the protocol. */
  protocol: 4002,
  /** The session may not be had: authorization token, customer. */
  forbidden: 4003,
  timeout: 4008,
  /** Another connection of the same session took over. */
  continuedElsewhere: 4009,
  internal: 4500,
  /** A service behind is down, or this one is full or about to stop. */
  unavailable: 4503,
} as const;

export type WebSessionCloseCode = (typeof WEB_SESSION_CLOSE)[keyof typeof WEB_SESSION_CLOSE];

const closeCodes: Readonly<Record<WebSessionErrorCode, WebSessionCloseCode>> = {
  SERVER_CUSTOMER_NOT_FOUND: WEB_SESSION_CLOSE.forbidden,
  SERVER_USER_NOT_FOUND: WEB_SESSION_CLOSE.verdict,
  SERVER_USER_ALREADY_ENROLLED: WEB_SESSION_CLOSE.verdict,
  SERVER_FACE_DOES_NOT_MATCH: WEB_SESSION_CLOSE.verdict,
  SERVER_RECOGNITION_FAILED: WEB_SESSION_CLOSE.verdict,
  SERVER_USER_LOCKED_OUT: WEB_SESSION_CLOSE.verdict,
  SERVER_NO_ATTEMPTS_LEFT: WEB_SESSION_CLOSE.verdict,
  SERVER_FORBIDDEN: WEB_SESSION_CLOSE.forbidden,
  SERVER_TIMEOUT: WEB_SESSION_CLOSE.timeout,
  SERVER_UNAVAILABLE_SERVICE: WEB_SESSION_CLOSE.unavailable,
  SERVER_IMAGE_ENCRYPT_FAILED: WEB_SESSION_CLOSE.protocol,
  SERVER_INTERNAL_ERROR: WEB_SESSION_CLOSE.internal,
  SERVER_UNPROCESSABLE_EVENT: WEB_SESSION_CLOSE.protocol,
  SERVER_VALIDATION_FAILED: WEB_SESSION_CLOSE.protocol,
};

/** Close code that follows an `error` message of this code. */
export function closeCodeOf(code: WebSessionErrorCode): WebSessionCloseCode {
  return closeCodes[code];
}
