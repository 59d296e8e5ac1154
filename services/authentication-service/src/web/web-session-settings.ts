import { LIVE_SCORE } from '@openrecognize/biometrics';
import { webSessionLimits } from '@openrecognize/contracts/ws';
import type { RecognitionPolicy } from '../session/recognition.ts';
import type { SessionLimits } from '../session/session-state.ts';

/** What an operator may set about web sessions. */
export interface WebSessionSettings {
  /** Sessions at a time, in this process; each may hold one frame of `maxFrameBytes` and its pixels. */
  readonly maxSessions: number;
  readonly maxSessionsPerTenant: number;
  /** Open connections of one address, and sessions it began. */
  readonly maxConnectionsPerAddress: number;
  readonly maxFrames: number;
  readonly sessionTimeoutMs: number;
  readonly minAcceptedFrames: number;
  /** Least fused liveness score, 0..1. */
  readonly minLiveScore: number;
  /** Whether an enrollment also enrolls a backup device, so that the user's client state can be exported. */
  readonly preparesBackup: boolean;
}

export const defaultWebSessionSettings: WebSessionSettings = {
  maxSessions: 100,
  maxSessionsPerTenant: 100,
  maxConnectionsPerAddress: 20,
  maxFrames: 120,
  sessionTimeoutMs: 60_000,
  minAcceptedFrames: 3,
  minLiveScore: LIVE_SCORE,
  preparesBackup: false,
};

/** Transfers one session may ask for. */
const maxTransfers = 5;
/** Key unwrapping and a few calls, each with a deadline of its own. */
const admitTimeoutMs = 15_000;

export const sessionLimitsOf = ({ maxFrames, sessionTimeoutMs }: WebSessionSettings): SessionLimits => ({
  maxFrameBytes: webSessionLimits.maxFrameBytes,
  maxFramesPerSecond: webSessionLimits.maxFramesPerSecond,
  maxFrames: Math.min(maxFrames, webSessionLimits.maxFrames),
  maxResumes: webSessionLimits.maxResumes,
  maxTransfers,
  admitTimeoutMs,
  frameTimeoutMs: webSessionLimits.frameTimeoutMs,
  sessionTimeoutMs: Math.min(sessionTimeoutMs, webSessionLimits.sessionTimeoutMs),
  matchTimeoutMs: webSessionLimits.matchTimeoutMs,
  resumeWindowMs: webSessionLimits.resumeWindowMs,
  transferTokenSeconds: webSessionLimits.transferTokenSeconds,
});

export const recognitionPolicyOf = (
  { minAcceptedFrames, minLiveScore }: WebSessionSettings,
  isFlashRequired: boolean,
): RecognitionPolicy => ({ minAcceptedFrames, minLiveScore, isFlashRequired });
