import type { KeylessEventMap } from '../core/keyless-events.ts';

/** Events by their names in 1.x, and today's. */
export interface LegacyEventMap extends KeylessEventMap {
  readonly 'begin-image-stream': KeylessEventMap['begin-stream'];
  /** The frame counts. */
  readonly 'image-accepted': KeylessEventMap['frame-results'];
  /** `SERVER_RECOGNITION_FAILED`, which arrives as `error` too. */
  readonly 'liveness-failed': KeylessEventMap['error'];
  readonly 'stop-sending': KeylessEventMap['stop-stream'];
  readonly 'authentication-finished': KeylessEventMap['finished'];
  readonly 'enrollment-finished': KeylessEventMap['finished'];
}

export type LegacyEventName = keyof LegacyEventMap;
