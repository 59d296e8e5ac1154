import type { ErrorSentences } from './locale-texts.ts';
import type { LocalizationTexts } from './localization-pack.ts';

/** Which sentence each code is told with. `SERVER_RECOGNITION_FAILED` has one per server filter instead. */
const CODES_BY_SENTENCE: Readonly<Record<keyof ErrorSentences, readonly string[]>> = {
  cameraPermission: ['MEDIA_DEVICES_EMPTY_VIDEO_INPUT_LABEL', 'MEDIA_STREAM_NOT_ALLOWED'],
  microphonePermission: ['MEDIA_DEVICES_EMPTY_AUDIO_INPUT_LABEL'],
  cameraMissing: ['MEDIA_DEVICES_NO_VIDEO_INPUTS', 'MEDIA_STREAM_NOT_FOUND'],
  cameraBusy: ['MEDIA_STREAM_ABORT', 'MEDIA_STREAM_NOT_READABLE'],
  cameraUnsuitable: ['MEDIA_STREAM_OVERCONSTRAINED'],
  cameraBlocked: ['MEDIA_STREAM_INVALID_STATE', 'MEDIA_STREAM_SECURITY', 'MEDIA_STREAM_TYPE'],
  integration: [
    'CUSTOMER_UNSET',
    'KEY_DECODE_FAILED',
    'KEY_ID_UNSET',
    'KEY_UNSET',
    'SERVER_CUSTOMER_NOT_FOUND',
    'SERVICE_URL_PARSE_FAILED',
    'SERVICE_URL_UNSET',
    'USERNAME_UNSET',
    'WEB_ASSEMBLY_NOT_READY',
    'WEB_SOCKET_URL_PARSE_FAILED',
    'WEB_SOCKET_URL_UNSET',
  ],
  internal: [
    'CREATE_MEDIA_STREAM_ARGS_UNSET',
    'FRAME_RESULTS_SET_UNSET',
    'GET_VIDEO_MEDIA_DEVICES_ARGS_UNSET',
    'MEDIA_STREAM_UNSET',
    'OPTIONS_UNSET',
    'QUEUE_UNSET',
    'SESSION_DATABASE_ERROR',
    'SESSION_ID_UNSET',
    'SESSION_MANAGER_NOT_NULL',
    'SESSION_MANAGER_NULL',
    'SESSION_MEDIA_STREAM_UNSET',
    'SLUG_UNSUPPORTED',
    'SYMBOL_DESCRIPTION_UNSET',
    'SYMBOL_UNSET',
    'USER_LOCKOUT_EXPIRATION_UNSET',
    'VIDEO_ELEMENT_EVENT_LISTENERS_UNSET',
    'VIDEO_ELEMENT_UNSET',
    'WEB_SOCKET_MESSAGE_SET_UNSET',
  ],
  notEnrolled: ['SERVER_USER_NOT_FOUND'],
  alreadyEnrolled: ['SERVER_USER_ALREADY_ENROLLED'],
  noMatch: ['SERVER_FACE_DOES_NOT_MATCH'],
  lockedOut: ['SERVER_USER_LOCKED_OUT', 'USER_LOCKED_OUT'],
  noAttemptsLeft: ['SERVER_NO_ATTEMPTS_LEFT'],
  forbidden: ['SERVER_FORBIDDEN'],
  timeout: ['SERVER_TIMEOUT', 'WEB_SOCKET_TIMEOUT'],
  streamTimeout: ['SESSION_MEDIA_STREAM_TIMEOUT'],
  unavailable: ['SERVER_UNAVAILABLE_SERVICE'],
  serverFault: [
    'SERVER_IMAGE_ENCRYPT_FAILED',
    'SERVER_INTERNAL_ERROR',
    'SERVER_INVALID_REQUEST',
    'SERVER_INVALID_RESPONSE',
    'SERVER_INVALID_STATE',
    'SERVER_UNPROCESSABLE_EVENT',
    'SERVER_VALIDATION_FAILED',
  ],
  connection: ['WEB_SOCKET_ERROR', 'WEB_SOCKET_OPEN', 'WEB_SOCKET_UNEXPECTED_CLOSE'],
  loading: ['WEB_ASSEMBLY_FACTORY_FAILED', 'WEB_ASSEMBLY_IMPORT_FAILED', 'WEB_ASSEMBLY_MODULE_NOT_FOUND'],
  stopped: ['EXCEPTION', 'WEB_ASSEMBLY_ABORTED'],
  tampering: ['RUNTIME_VIOLATION'],
  nonCancelable: ['NONCANCELABLE'],
};

/** The subtree `error` of a pack, one text for each code. */
export function errorTexts(sentences: ErrorSentences): LocalizationTexts {
  const texts: Record<string, string> = {};
  for (const [sentence, codes] of Object.entries(CODES_BY_SENTENCE)) {
    for (const code of codes) texts[code] = sentences[sentence as keyof ErrorSentences];
  }
  return texts;
}
