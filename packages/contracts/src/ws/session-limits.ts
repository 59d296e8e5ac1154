/**
 * Numbers of the web session (spec 07 §6). A server may be configured to be stricter and says so in
 * `begin-stream`; it is never laxer.
 */
export const webSessionLimits = {
  version: 1,
  /** UTF-8 bytes of one control message. */
  maxControlBytes: 65_536,
  /** Bytes of one binary message: header, ciphertext and tag. */
  maxFrameBytes: 1_048_576,
  /** Pixels of a frame's side. */
  minFrameSide: 96,
  maxFrameSide: 1_920,
  /** Pixels of a whole frame. */
  maxFramePixels: 2_073_600,
  /** From the open socket to `hello`, `resume` or `join`. */
  helloTimeoutMs: 10_000,
  /** From a server's message to the client's next frame. */
  frameTimeoutMs: 15_000,
  /** From the first `begin-stream` to `stop-stream`. */
  sessionTimeoutMs: 90_000,
  /** From `stop-stream` to `finished`. */
  matchTimeoutMs: 30_000,
  /** Frames of one session, all connections together. */
  maxFrames: 240,
  maxFramesPerSecond: 10,
  /** A connection that is lost can be resumed for so long. */
  resumeWindowMs: 10_000,
  maxResumes: 3,
  /** Life of the token that another device joins with. */
  transferTokenSeconds: 180,
  /** The server pings so often; a connection that lets two pass is lost. */
  pingIntervalMs: 10_000,
  contentKeyBytes: 32,
  tagBytes: 16,
} as const;

/** WebSocket subprotocol; the server picks no other. */
export const WEB_SESSION_SUBPROTOCOL = 'openrecognize.v1';

/** Paths that upgrade. The first is what integrators configure, the second is versioned. */
export const WEB_SESSION_PATHS = ['/', '/v1/web-sessions'] as const;
