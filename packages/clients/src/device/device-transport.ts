import type { EndpointInput, EndpointOutput, EndpointShape } from '@openrecognize/contracts';

/**
 * Carries one call of the device protocol to a core-daemon. Implementations check the answer against the
 * endpoint's response schema, so that the flows may trust its form (not its content).
 */
export interface DeviceTransport {
  /** True when it repeats idempotent calls on its own after a lost answer, so that the flows need not. */
  readonly repeatsIdempotentCalls?: boolean;
  /**
   * @throws RecognizeError with the code the service answered; NET_CONNECTION_FAILED, SERVICE_UNAVAILABLE or
   * SERVICE_TIMEOUT when it is not known whether the call arrived.
   */
  call<E extends EndpointShape>(endpoint: E, input: EndpointInput<E>): Promise<EndpointOutput<E>>;
}

/** Holder of a device's P-256 signing key: software, a key store, a secure element. */
export interface DeviceSigner {
  /** SubjectPublicKeyInfo, DER, 91 bytes. */
  readonly publicSigningKey: Uint8Array;
  /** ECDSA over SHA-256, IEEE P1363 form, 64 bytes. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Milliseconds since the epoch; fractions are allowed and only sharpen the timings. */
export type Clock = () => number;

/** Resolves after that many milliseconds. */
export type Wait = (delayMs: number) => Promise<void>;

/** `Wait` on the timers every JavaScript host has. */
export const waitOnTimer: Wait = (delayMs) =>
  new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
