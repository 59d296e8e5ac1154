import type { LocalizationTexts } from './localization-pack.ts';

interface Words {
  readonly headline: string;
  readonly text: string;
}
interface WordsWithButton extends Words {
  readonly button: string;
}
interface PermissionWords {
  readonly prompt: WordsWithButton;
  readonly granted: WordsWithButton;
  readonly denied: WordsWithButton;
}

/** Texts of the steps, the same for both flows unless `auth` or `enroll` says otherwise. */
export interface StepTexts {
  readonly bootstrap: Words;
  readonly 'stm-choice': WordsWithButton & { readonly secondary_button: string };
  readonly 'stm-qrcode': Words & {
    /** Shown once the phone has taken over. */
    readonly tip: string;
    /** Before and after the link was copied. */
    readonly button: { readonly false: string; readonly true: string };
    readonly secondary_button: string;
  };
  readonly 'camera-instructions': WordsWithButton & { readonly secondary_button: string };
  readonly 'microphone-permission': PermissionWords;
  readonly 'camera-permission': PermissionWords & { readonly secondary_button: string };
  readonly 'camera-stream-boot': Words;
  /** `tip` is shown while nothing is wrong. */
  readonly 'camera-biometric': Words & { readonly tip: string };
  readonly 'server-computation': Words;
  readonly done: WordsWithButton;
  readonly error: WordsWithButton & { readonly secondary_button: string };
}

/** What is said about errors; several codes share a sentence, since the person can do the same about them. */
export interface ErrorSentences {
  readonly cameraPermission: string;
  readonly microphonePermission: string;
  readonly cameraMissing: string;
  readonly cameraBusy: string;
  readonly cameraUnsuitable: string;
  readonly cameraBlocked: string;
  readonly integration: string;
  readonly internal: string;
  readonly notEnrolled: string;
  readonly alreadyEnrolled: string;
  readonly noMatch: string;
  readonly lockedOut: string;
  readonly noAttemptsLeft: string;
  readonly forbidden: string;
  readonly timeout: string;
  readonly streamTimeout: string;
  readonly unavailable: string;
  readonly serverFault: string;
  readonly connection: string;
  readonly loading: string;
  readonly stopped: string;
  readonly tampering: string;
  readonly nonCancelable: string;
}

/** Everything an element says in one language. */
export interface LocaleTexts {
  readonly steps: StepTexts;
  readonly auth: LocalizationTexts;
  readonly enroll: LocalizationTexts;
  readonly instructions: Readonly<Record<'alignment' | 'look' | 'lighting' | 'accessories', string>>;
  readonly cameraSelect: Words;
  readonly clientTips: Readonly<
    Record<
      'FaceAbsent' | 'FaceMultiple' | 'FaceOffCenter' | 'FacePartial' | 'FaceTooLarge' | 'FaceTooSmall',
      string
    >
  >;
  /** Short advice for each server filter; `default` where the server named none. */
  readonly serverTips: Readonly<Record<ServerTipName, string>>;
  readonly errors: ErrorSentences;
  /** Names of buttons that are pictures, and other words outside of the steps. */
  readonly controls: Readonly<Record<ControlName, string>>;
}

export type ControlName =
  | 'camera_number'
  | 'camera_select'
  | 'cancel'
  | 'close'
  | 'flash_off'
  | 'flash_on'
  | 'lockout_countdown'
  | 'lockout_over'
  | 'powered_by'
  | 'qrcode'
  | 'region_auth'
  | 'region_enroll';

export type ServerTipName =
  | 'default'
  | 'eyes_closed'
  | 'face_angle_too_large'
  | 'face_is_occluded'
  | 'face_missing'
  | 'face_multiple'
  | 'face_partial'
  | 'face_too_close'
  | 'face_too_small'
  | 'image_black_and_white'
  | 'image_metadata_low_light'
  | 'no_movement_from_device'
  | 'no_movement_from_subject';
