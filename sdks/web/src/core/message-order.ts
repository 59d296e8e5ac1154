import type { ServerMessage } from '@openrecognize/contracts/ws';

/** Where an attempt is (spec 07 §2). */
export type AttemptPhase =
  /** Key and socket are being made. */
  | 'connecting'
  /** The first message was sent. */
  | 'greeting'
  | 'streaming'
  /** After `stop-stream`. */
  | 'computing'
  /** Another device goes on; this one listens. */
  | 'following'
  /** Between two tries to get a lost connection back. */
  | 'waiting-to-resume'
  | 'ended';

export interface AttemptPosition {
  readonly phase: AttemptPhase;
  readonly isResuming: boolean;
  readonly isTransferAsked: boolean;
  /** Whether the frame of this sequence was sent and is not answered. */
  isAwaited(sequence: number): boolean;
}

/** Whether the server may say this now. */
export function isInOrder(message: ServerMessage, position: AttemptPosition): boolean {
  const { phase } = position;
  // What went on while the connection was lost arrives right after `resume`.
  const isCatchingUp = phase === 'greeting' && position.isResuming;
  switch (message.type) {
    case 'begin-stream':
      return phase === 'greeting';
    case 'frame-results':
      return phase === 'following' || (phase === 'streaming' && position.isAwaited(message.sequence));
    case 'stop-stream':
      return phase === 'streaming' || phase === 'following' || isCatchingUp;
    case 'finished':
      return phase === 'computing' || phase === 'following' || isCatchingUp;
    case 'transfer':
      return position.isTransferAsked;
    case 'transfer-joined':
      return phase === 'streaming' || isCatchingUp;
    case 'error':
      return true;
  }
}
