import { wipe } from '@openrecognize/bytes';

/** Model that made a code; codes of different artifacts never meet. */
export interface ArtifactReference {
  readonly family: string;
  readonly version: string;
}

/**
 * What a client party keeps between sessions (spec 04 §3). Neither template nor image is in it. Secret: the owner
 * stores it encrypted and wipes copies.
 */
export interface ClientState {
  readonly userId: string;
  readonly deviceId: string;
  readonly artifact: ArtifactReference;
  readonly codeBits: number;
  readonly threshold: number;
  readonly epoch: number;
  /** First circuit index that was never answered. */
  readonly nextIndex: number;
  /** First circuit index that was never garbled. */
  readonly garbledTo: number;
  /** Chain key of `nextIndex`, 32 bytes. Earlier ones are erased. */
  readonly chainKey: Uint8Array;
  /** Opens the sealed blobs, 32 bytes. */
  readonly sealKey: Uint8Array;
}

/** A state that takes part in no session. Only such a state may start one. */
export interface ReadyClient {
  readonly phase: 'ready';
  readonly state: ClientState;
}

/** @param state taken over, not copied. */
export const readyClient = (state: ClientState): ReadyClient => ({ phase: 'ready', state });

/** The same state with secrets of its own, which its holder wipes. */
export const copyClientState = (state: ClientState): ClientState => ({
  ...state,
  // Not `slice`: that of a Node Buffer shares its memory.
  chainKey: Uint8Array.from(state.chainKey),
  sealKey: Uint8Array.from(state.sealKey),
});

/** Clears the secrets of a state that is no longer used. */
export const wipeClientState = (state: ClientState): void => {
  wipe(state.chainKey);
  wipe(state.sealKey);
};
