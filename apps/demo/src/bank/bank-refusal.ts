/** Why the bank did not do what a page asked for. */
export type BankRefusalCode =
  | 'REQUEST_INVALID'
  | 'FROM_ELSEWHERE'
  | 'NOT_SIGNED_IN'
  | 'USERNAME_TAKEN'
  | 'ACCOUNT_UNKNOWN'
  | 'AMOUNT_INVALID'
  | 'FUNDS_INSUFFICIENT'
  | 'APPROVAL_UNKNOWN'
  | 'APPROVAL_REFUSED'
  | 'BANK_FULL'
  | 'FACE_SERVICE_UNAVAILABLE';

const statuses: Readonly<Record<BankRefusalCode, number>> = {
  REQUEST_INVALID: 400,
  FROM_ELSEWHERE: 403,
  NOT_SIGNED_IN: 401,
  USERNAME_TAKEN: 409,
  ACCOUNT_UNKNOWN: 404,
  AMOUNT_INVALID: 422,
  FUNDS_INSUFFICIENT: 422,
  APPROVAL_UNKNOWN: 403,
  APPROVAL_REFUSED: 403,
  BANK_FULL: 429,
  FACE_SERVICE_UNAVAILABLE: 503,
};

/** A refusal a page may show; `reason` is the code of the JWT verifier where that decided. */
export class BankRefusal extends Error {
  override readonly name = 'BankRefusal';
  readonly code: BankRefusalCode;
  readonly status: number;
  readonly reason: string | undefined;

  constructor(
    code: BankRefusalCode,
    message: string,
    options: { readonly reason?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.status = statuses[code];
    this.reason = options.reason;
  }
}
