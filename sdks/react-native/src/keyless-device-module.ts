/** Facts of the device that do not change while the app runs. */
export interface DeviceConstants {
  readonly platform: string;
  readonly osVersion: string;
  /** Model behind the codes that `analyze` gives. */
  readonly artifactFamily: string;
  readonly artifactVersion: string;
  /** Largest Hamming distance that matches. */
  readonly threshold: number;
}

export interface ModuleAnalysis {
  /** Base64; empty when the picture was refused. */
  readonly code: string;
  readonly triggeredFilters: readonly string[];
  readonly isSpoofSuspected: boolean;
}

export interface ModuleHttpAnswer {
  /** 0 when an HTTP answer came. */
  readonly errorCode: number;
  readonly httpCode: number;
  /** Base64. */
  readonly responseBody: string;
}

/**
 * What the native side of an app implements, as `specs/NativeKeylessDevice.ts` tells React Native's code generator.
 * Bytes travel as standard base64. The primitives answer at once, since the protocol calls them synchronously.
 *
 * A rejection may carry a `code`: `user-cancelled`, `camera-denied`, `camera-unavailable`, `store-corrupt`,
 * `store-locked`; any other failure is taken as one of the part that was called.
 */
export interface KeylessDeviceModule {
  getDeviceConstants(): DeviceConstants;

  /** From the operating system's random generator. */
  randomBytes(lengthBytes: number): string;
  sha256(message: string): string;
  hmacSha256(key: string, message: string): string;
  /** AES-256-CTR keystream from an all-zero counter block. */
  aes256CtrKeystream(key: string, lengthBytes: number): string;
  /** Ciphertext and 16-byte tag. */
  aes256GcmSeal(key: string, nonce: string, aad: string, plaintext: string): string;
  /** Empty text when the tag does not verify; `isOpen` tells it from an empty plaintext. */
  aes256GcmOpen(
    key: string,
    nonce: string,
    aad: string,
    sealed: string,
  ): { isOpen: boolean; plaintext: string };
  /** A fresh P-256 key as PKCS #8. */
  generateDeviceKey(): string;
  /** SubjectPublicKeyInfo, 91 bytes. */
  publicKeyOf(pkcs8: string): string;
  /** ECDSA over SHA-256, IEEE P1363, 64 bytes. */
  sign(pkcs8: string, message: string): string;
  /** scrypt or PBKDF2 (see `CryptoPort.stretchPin`), 32 bytes. */
  stretchPin(pin: string, secret: string): Promise<string>;

  /** JPEG or PNG pictures of one face. `screen` holds the wishes of `CaptureScreen` as JSON. */
  capture(purpose: string, delaySeconds: number, screen: string): Promise<readonly string[]>;
  analyze(
    images: readonly string[],
    scenario: string,
    livenessLevel: string,
    environmentAware: boolean,
  ): Promise<ModuleAnalysis>;
  /** `supported`, `level-unsupported` or `device-unsupported`. */
  environmentAwareness(livenessLevel: string): string;

  /** One record in the keychain or an encrypted file; empty when there is none. */
  readRecord(): Promise<string>;
  /** Atomic and durable. */
  writeRecord(record: string): Promise<void>;
  clearRecord(): Promise<void>;

  /** Sends once, without redirects. `headers` is a JSON object; an empty `body` is none. */
  sendHttpRequest(
    url: string,
    method: string,
    headers: string,
    body: string,
    timeoutMs: number,
  ): Promise<ModuleHttpAnswer>;
  isOnline(): Promise<boolean>;

  /** A finding of `ProtectionPort`. */
  checkProtection(): Promise<string>;
  /** `lines` is a JSON array of `{label, value}`. */
  approveTransaction(lines: string): Promise<boolean>;
  showIntroduction(): Promise<void>;
  /** Colours, texts and screens as JSON; see `KeylessUI`. */
  updateUI(ui: string): Promise<void>;
}
