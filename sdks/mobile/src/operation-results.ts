import type { KeylessSecret } from './operation-options.ts';

/** Milliseconds an authentication spent where. */
export interface AuthenticationTimings {
  /** Camera; 0 with a PIN. */
  readonly captureMs: number;
  /** Face pipeline, or the stretching of the PIN. */
  readonly analysisMs: number;
  /** Round trip that checks the device and reserves a circuit. */
  readonly deviceAuthMs: number;
  /** Round trip that matches and signs. */
  readonly userAuthMs: number;
}

/** What the secrets vault gave. */
export interface SecretResults {
  /** The first one asked for by `retrievingSecret`. */
  readonly secret?: KeylessSecret;
  /** All asked for, in that order. */
  readonly secrets?: readonly KeylessSecret[];
  /** With `shouldRetrieveSecretIDs`. */
  readonly secretIDs?: readonly string[];
}

export interface EnrollmentSuccess extends SecretResults {
  /** Upper-case hex, 64 digits. */
  readonly keylessId: string;
  /** Present if it was asked for; owned by the caller. */
  readonly enrollmentFrame?: Uint8Array;
  /** Present if `jwtSigningInfo` was given. */
  readonly signedJwt?: string;
  /** With `generatingClientState`: a secret without personal data, to be passed on unchanged and used once. */
  readonly clientState?: string;
}

export interface AuthenticationSuccess extends SecretResults {
  /** Present if `jwtSigningInfo` or `dynamicLinkingInfo` was given. Verify it on a server, never in the app. */
  readonly signedJwt?: string;
  /** As in `EnrollmentSuccess`. */
  readonly clientState?: string;
  /** With `shouldRetrieveAuthenticationFrame`; owned by the caller. */
  readonly authenticationFrame?: Uint8Array;
  readonly timings: AuthenticationTimings;
}

/** How the circuits went that are sent after the result is already there. */
export interface BackgroundReport {
  readonly uploadedCircuits: number;
  /** Circuits the server holds, as far as this device knows. */
  readonly stock: number;
  /** Milliseconds, the "send circuit" time. */
  readonly sendCircuitMs: number;
  /** Wire code of what went wrong. The next authentication makes up for it. */
  readonly failure?: string;
}
