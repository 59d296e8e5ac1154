/**
 * State of one `kl-*` element, as plain data. `reduceFlow` computes the next state from it; the elements only paint it.
 */

/** Every step, in the order in which a flow can pass them. `camera-biometric` is the step that streams frames. */
export const FLOW_STEPS = [
  'bootstrap',
  'stm-choice',
  'stm-qrcode',
  'camera-instructions',
  'microphone-permission',
  'camera-permission',
  'camera-stream-boot',
  'camera-biometric',
  'server-computation',
  'done',
  'error',
] as const;

export type FlowStep = (typeof FLOW_STEPS)[number];

/** What the browser answers to the question whether the page may use the camera. */
export type CameraPermission = 'prompt' | 'granted' | 'denied';

export interface Camera {
  readonly id: string;
  /** Name as the browser gives it; empty before the permission was granted. */
  readonly label: string;
}

/** The one advice on the screen: the first quality filter that refused the last frame, and who ran it. */
export interface CameraTip {
  readonly source: 'client' | 'server';
  readonly filter: string;
}

export interface FlowFailure {
  readonly code: string;
  /** Server filters that were triggered, for `SERVER_RECOGNITION_FAILED`. */
  readonly filters: readonly string[];
  readonly lockoutExpiresAt: Date | undefined;
}

/** A transfer the server issued, shown as QR code and link. */
export interface FlowTransfer {
  readonly token: string;
  readonly expiresInSeconds: number;
  /** True as soon as a phone took it over. */
  readonly isJoined: boolean;
  readonly isLinkCopied: boolean;
}

/** What a successful flow hands to the page. */
export interface RecognitionSuccess {
  readonly jwt: string | undefined;
  readonly seedEntropy: string | undefined;
  readonly keylessId: string | undefined;
}

export interface FlowState {
  readonly step: FlowStep;
  /** Grows with each attempt; reports of an earlier generation are dropped. */
  readonly generation: number;
  readonly permission: CameraPermission;
  /** The browser's own question is on the screen. */
  readonly isAskingPermission: boolean;
  readonly cameras: readonly Camera[];
  readonly cameraId: string | undefined;
  /** The device is a phone or a tablet: no camera picker, no switch to another phone. */
  readonly isHandheld: boolean;
  readonly isCameraRunning: boolean;
  /** Token of the page's address: this device goes on with another device's session. */
  readonly joinToken: string | undefined;
  readonly transfer: FlowTransfer | undefined;
  /** Transfers asked for so far; an expired one is renewed a few times only. */
  readonly transferCount: number;
  readonly tip: CameraTip | undefined;
  readonly acceptedFrames: number;
  /** Colour the server wants the screen to show, `#rrggbb`. */
  readonly flashColour: string | undefined;
  /** The person switched the white light of the screen on. */
  readonly isFlashOn: boolean;
  readonly isCameraSelectOpen: boolean;
  readonly failure: FlowFailure | undefined;
  readonly success: RecognitionSuccess | undefined;
  /** The person closed the element: nothing is painted and nothing runs, until a retry or a new mount. */
  readonly isClosed: boolean;
}

/** State before an element is mounted. */
export const INITIAL_FLOW_STATE: FlowState = {
  step: 'bootstrap',
  generation: 0,
  permission: 'prompt',
  isAskingPermission: false,
  cameras: [],
  cameraId: undefined,
  isHandheld: false,
  isCameraRunning: false,
  joinToken: undefined,
  transfer: undefined,
  transferCount: 0,
  tip: undefined,
  acceptedFrames: 0,
  flashColour: undefined,
  isFlashOn: false,
  isCameraSelectOpen: false,
  failure: undefined,
  success: undefined,
  isClosed: false,
};

/** What the page configured and the reducer has to know. */
export interface FlowSettings {
  readonly areInstructionsEnabled: boolean;
  readonly disabledSteps: ReadonlySet<string>;
}
