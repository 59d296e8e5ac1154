/** Milliseconds an authentication spent where. */
export interface AuthenticationTimings {
  /** Camera. */
  readonly captureMs: number;
  /** Face pipeline. */
  readonly analysisMs: number;
  /** Round trip that checks the device and reserves a circuit. */
  readonly deviceAuthMs: number;
  /** Round trip that matches and signs. */
  readonly userAuthMs: number;
}

export interface EnrollmentSuccess {
  /** Upper-case hex, 64 digits. */
  readonly keylessId: string;
  /** Present if it was asked for; owned by the caller. */
  readonly enrollmentFrame?: Uint8Array;
}

export interface AuthenticationSuccess {
  /** Present if `jwtSigningInfo` was given. Verify it on a server, never in the app. */
  readonly signedJwt?: string;
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
