/** A caller-chosen operation, stored by the server when the enrollment or authentication succeeds. */
export type OperationInfo = ({ readonly id: string } | { readonly operationId: string }) & {
  /** At most 16,384 bytes. */
  readonly payload?: string;
  /** No personal data. At enrollment it becomes the external id of the new user. */
  readonly externalUserId?: string;
};

/** Asks for a JWT that the server signs after a match. */
export interface JwtSigningInfo {
  /** Becomes the claim `td`; at most 16,384 bytes. */
  readonly claimTransactionData: string;
  /** Becomes the claim `aud`. */
  readonly audience?: string;
}

export interface BiomEnrollOptions {
  readonly operationInfo?: OperationInfo;
  /** Seconds before the capture; default 2. */
  readonly cameraDelaySeconds?: number;
  /** Return the first picture of the capture with the result; default false. */
  readonly shouldRetrieveEnrollmentFrame?: boolean;
}

/** Enrollment with the camera. */
export class BiomEnrollConfig {
  readonly kind = 'biom-enroll';
  readonly operationInfo: OperationInfo | undefined;
  readonly cameraDelaySeconds: number;
  readonly shouldRetrieveEnrollmentFrame: boolean;

  constructor(options: BiomEnrollOptions = {}) {
    this.operationInfo = options.operationInfo;
    this.cameraDelaySeconds = options.cameraDelaySeconds ?? 2;
    this.shouldRetrieveEnrollmentFrame = options.shouldRetrieveEnrollmentFrame ?? false;
  }
}

export interface PhotoEnrollOptions {
  /** JPEG, PNG or BMP bytes; several photos of the same person make a better template. Not modified. */
  readonly photo: Uint8Array | readonly Uint8Array[];
  readonly operationInfo?: OperationInfo;
}

/** Enrollment with photos the app vouches for; their origin is not checked. */
export class PhotoEnrollConfig {
  readonly kind = 'photo-enroll';
  readonly photos: readonly Uint8Array[];
  readonly operationInfo: OperationInfo | undefined;

  constructor(options: PhotoEnrollOptions) {
    this.photos = options.photo instanceof Uint8Array ? [options.photo] : options.photo;
    this.operationInfo = options.operationInfo;
  }
}

export interface BiomAuthOptions {
  readonly jwtSigningInfo?: JwtSigningInfo;
  readonly operationInfo?: OperationInfo;
  /** Seconds before the capture; default 0. */
  readonly cameraDelaySeconds?: number;
}

/** Authentication with the camera. */
export class BiomAuthConfig {
  readonly kind = 'biom-auth';
  readonly jwtSigningInfo: JwtSigningInfo | undefined;
  readonly operationInfo: OperationInfo | undefined;
  readonly cameraDelaySeconds: number;

  constructor(options: BiomAuthOptions = {}) {
    this.jwtSigningInfo = options.jwtSigningInfo;
    this.operationInfo = options.operationInfo;
    this.cameraDelaySeconds = options.cameraDelaySeconds ?? 0;
  }
}

/** De-enrollment: a live match, then the irreversible deletion of the user. */
export class BiomDeEnrollConfig {
  readonly kind = 'biom-de-enroll';
  readonly cameraDelaySeconds: number;

  constructor(options: { readonly cameraDelaySeconds?: number } = {}) {
    this.cameraDelaySeconds = options.cameraDelaySeconds ?? 0;
  }
}

/** PIN authentication. Servers of this release enable the face alone: always refused with 1167. */
export class PinAuthConfig {
  readonly kind = 'pin-auth';
  readonly pin: string;
  readonly jwtSigningInfo: JwtSigningInfo | undefined;

  constructor(pin: string, jwtSigningInfo?: JwtSigningInfo) {
    this.pin = pin;
    this.jwtSigningInfo = jwtSigningInfo;
  }
}
