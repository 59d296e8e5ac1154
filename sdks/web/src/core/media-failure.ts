import type { KeylessError } from './keyless-error.ts';

/** What is known about a rejected `getUserMedia` without looking at its text, which browsers word as they like. */
export interface MediaRejection {
  /** `name` of the exception. */
  readonly name: string;
  /** `window.isSecureContext` */
  readonly isSecureContext: boolean;
}

/**
 * Code for a rejected `getUserMedia`, by the steps of W3C Media Capture and Streams §10.2: constraints that ask for
 * nothing are a `TypeError` (step 2); an inactive document an `InvalidStateError` (4); a policy that forbids cameras a
 * `NotAllowedError` (5, `SecurityError` in older browsers); no such device a `NotFoundError` (8.2); constraints no
 * device can meet an `OverconstrainedError` (8.4); a refusal by the person a `NotAllowedError` (8.6); a device that
 * can't be read a `NotReadableError`, any other trouble with it an `AbortError` (8.9). Where there is no secure
 * context, there is no `getUserMedia` at all and calling it is a `TypeError`: that is a matter of security.
 */
export function mediaFailureCode({ name, isSecureContext }: MediaRejection): KeylessError {
  switch (name) {
    case 'TypeError':
      return isSecureContext ? 'MEDIA_STREAM_TYPE' : 'MEDIA_STREAM_SECURITY';
    case 'InvalidStateError':
      return 'MEDIA_STREAM_INVALID_STATE';
    case 'NotAllowedError':
    // Names of browsers before the specification settled.
    case 'PermissionDeniedError':
    case 'PermissionDismissedError':
      return 'MEDIA_STREAM_NOT_ALLOWED';
    case 'SecurityError':
      return 'MEDIA_STREAM_SECURITY';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'MEDIA_STREAM_NOT_FOUND';
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      return 'MEDIA_STREAM_OVERCONSTRAINED';
    case 'NotReadableError':
    case 'TrackStartError':
      return 'MEDIA_STREAM_NOT_READABLE';
    default:
      return 'MEDIA_STREAM_ABORT';
  }
}
