import type { FilterReading } from '../flow/flow-event.ts';
import type { FlowStep, RecognitionSuccess } from '../flow/flow-state.ts';

/** What each event of an element carries in `detail`. */
export interface KeylessElementEventDetails {
  readonly 'begin-stream': null;
  readonly close: null;
  readonly finished: KeylessFinishedDetail;
  readonly 'frame-results': { readonly filters: readonly FilterReading[]; readonly accepted: boolean };
  readonly 'non-cancelable': null;
  readonly 'recognition-failure': { readonly code: string };
  readonly 'recognition-start': null;
  readonly 'recoverable-error': { readonly code: string };
  readonly 'step-change': { readonly step: FlowStep; readonly permission?: string };
  readonly 'stop-stream': null;
  readonly success: KeylessFinishedDetail;
  readonly 'video-frame-quality': { readonly filters: readonly FilterReading[] };
  readonly 'ws-close': null;
  readonly 'ws-open': null;
}

/** Success; the JWT under every name it has had. On a phone that took over it stays with the first page: undefined. */
export interface KeylessFinishedDetail extends RecognitionSuccess {
  readonly JWT: string | undefined;
  readonly transactionJwt: string | undefined;
  readonly transactionJWT: string | undefined;
  /** `session`, or `transfer` on a phone that finished another device's session. */
  readonly source: 'session' | 'transfer';
}

/** Event of an element. `data`, `message` and `filters` are the older names of what `detail` holds. */
export class KeylessElementEvent<
  Name extends keyof KeylessElementEventDetails = keyof KeylessElementEventDetails,
> extends CustomEvent<KeylessElementEventDetails[Name]> {
  constructor(name: Name, detail: KeylessElementEventDetails[Name]) {
    super(name, { detail, composed: false, bubbles: false });
  }

  get data(): KeylessElementEventDetails[Name] {
    return this.detail;
  }

  get message(): KeylessElementEventDetails[Name] {
    return this.detail;
  }

  get filters(): readonly FilterReading[] | undefined {
    return (this.detail as { readonly filters?: readonly FilterReading[] } | null)?.filters;
  }
}

/** The detail of `finished` and `success` from what the flow knows. */
export const finishedDetail = (
  success: RecognitionSuccess & { readonly source: 'session' | 'transfer' },
): KeylessFinishedDetail => ({
  ...success,
  JWT: success.jwt,
  transactionJwt: success.jwt,
  transactionJWT: success.jwt,
});
