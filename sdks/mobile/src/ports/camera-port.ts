/** What a capture is for; a camera may word its screen after it. */
export type CapturePurpose = 'enroll' | 'authenticate' | 'de-enroll';

/** How the app wants the camera's screen; a camera without one ignores it. */
export interface CaptureScreen {
  readonly showInstructionsScreen?: boolean;
  readonly showSuccessFeedback?: boolean;
  readonly showFailureFeedback?: boolean;
  readonly presentation?: 'FULL_SCREEN' | 'OVERLAY';
  readonly presentationStyle?: 'CAMERA_PREVIEW' | 'NO_CAMERA_PREVIEW';
}

export interface CaptureRequest {
  readonly purpose: CapturePurpose;
  /** Seconds a person gets to settle before the capture. A camera without a person in front of it skips them. */
  readonly delaySeconds: number;
  readonly screen?: CaptureScreen;
}

/** Takes pictures of the person in front of the device. */
export interface CameraPort {
  /**
   * @returns one or more encoded pictures (JPEG, PNG, BMP) of the same face; the caller owns them and wipes them.
   * @throws CameraError; RecognizeError USER_CANCELLED when the person stopped.
   */
  capture(request: CaptureRequest): Promise<readonly Uint8Array[]>;
}

/** The camera gave no picture. `denied`: the person or the system refused access. */
export class CameraError extends Error {
  override readonly name = 'CameraError';
  readonly reason: 'denied' | 'unavailable';

  constructor(reason: 'denied' | 'unavailable', message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}
