/** Protocol numbers. What an operator may change lives in a service's configuration instead. */
export const limits = {
  /** Bits of a biometric code: power of two within these bounds. */
  minCodeBits: 64,
  maxCodeBits: 4096,
  /** Circuits in one upload. */
  maxCircuitsPerUpload: 64,
  /** Circuits a device may hold ready at a time. */
  maxCircuitsPerDevice: 100,
  /** Devices of one user, backups and temporary states included (core error 539). */
  maxDevicesPerUser: 50,
  /** Client states ever generated for one user, backups and temporary ones together. */
  maxClientStatesPerUser: 50,
  /** UTF-8 bytes of transaction data bound into a JWT. */
  maxTransactionDataBytes: 16_384,
  /** UTF-8 bytes of an operation's payload. */
  maxOperationPayloadBytes: 16_384,
  /** Token of an identity provider, as text. */
  maxIamTokenChars: 8_192,
  /** Sealed blob: template or secret, base64 decoded. */
  maxSealedBlobBytes: 8_192,
  /** A signed device request is refused when its timestamp is further from the server's clock. */
  maxClockSkewMs: 300_000,
  /** Entries on one page of the server API. */
  maxPageSize: 100,
  /** Server state of an offline enrollment, base64 decoded. */
  maxServerStateBytes: 16 * 1024 * 1024,
  /** A photo as uploaded. */
  maxImageBytes: 12 * 1024 * 1024,
} as const;

/** Lockout defaults, per user id: failures within the window, then suspension. */
export const lockoutDefaults = { failures: 5, windowSeconds: 600, suspensionSeconds: 600 } as const;

/** Protocol parameters of the default artifact. */
export const protocolDefaults = {
  codeBits: 2048,
  threshold: 744,
  /** Circuits of one enrollment when nothing else is asked for. */
  circuitCount: 25,
  /** Circuits uploaded before the commit; the rest follow in the background. */
  enrollmentCircuitCount: 5,
  /** Circuits the device SDK shares, and most that a server takes of a device unless it is set otherwise. */
  sharedCircuitCount: 50,
} as const;
