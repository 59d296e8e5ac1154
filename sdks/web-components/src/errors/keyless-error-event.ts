/** `ErrorEvent` where there is one; a server that renders pages may have none. */
const BaseErrorEvent: typeof ErrorEvent =
  globalThis.ErrorEvent ?? (globalThis.Event as unknown as typeof ErrorEvent);

export interface KeylessErrorDetails {
  /** Server filters that were triggered, with `SERVER_RECOGNITION_FAILED`. */
  readonly filters?: readonly string[];
  /** End of the suspension, with `SERVER_USER_LOCKED_OUT`. */
  readonly lockoutExpiresAt?: Date | undefined;
  readonly isRecoverable?: boolean;
}

/** The event `error`: `message` is the code, and `error` an `Error` with the same message. */
export class KeylessErrorEvent extends BaseErrorEvent {
  /** The code, as `message` has it. */
  readonly code: string;
  readonly filters: readonly string[];
  readonly lockoutExpiresAt: Date | undefined;
  /** The flow goes on: the person can still mend it, such as by allowing the camera. */
  readonly isRecoverable: boolean;

  constructor(code: string, details: KeylessErrorDetails = {}) {
    super('error', { message: code, error: new Error(code), cancelable: true });
    this.code = code;
    this.filters = details.filters ?? [];
    this.lockoutExpiresAt = details.lockoutExpiresAt;
    this.isRecoverable = details.isRecoverable === true;
  }
}
