import { base64ToBytes, bytesToBase64, bytesToUtf8, utf8ToBytes } from '@openrecognize/bytes';
import { ClientStateDocument, RecognizeError } from '@openrecognize/contracts';
import { decodeClientState, type PortableClientState } from '@openrecognize/zkb/client';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';

/**
 * The text form in which a client state travels, as bytes.
 *
 * @param encoded client state (spec 04 §4.4); not modified, not retained.
 * @returns bytes the caller wipes.
 */
export const encodeClientStateDocument = (encoded: Uint8Array): Uint8Array => {
  const { state } = decodeClientState(encoded);
  const { family, version } = state.artifact;
  const document: Static<typeof ClientStateDocument> = {
    artifact: { family, version, target: 'mobile_sdk', liveness: 'liveness' },
    'core-client-state': bytesToBase64(encoded),
  };
  return utf8ToBytes(JSON.stringify(document));
};

/** A client state as it came, with its encoded form. */
export interface ReadClientState extends PortableClientState {
  /** Owned by the caller, who wipes it. */
  readonly encoded: Uint8Array;
}

const read = (bytes: Uint8Array): ReadClientState => {
  const document = Value.Parse(ClientStateDocument, JSON.parse(bytesToUtf8(bytes)));
  const encoded = base64ToBytes(document['core-client-state']);
  const portable = decodeClientState(encoded);
  const { family, version } = portable.state.artifact;
  if (document.artifact.family !== family || document.artifact.version !== version) {
    throw new TypeError('artifact beside the state is not the one inside');
  }
  return { ...portable, encoded };
};

/** @throws RecognizeError CLIENT_STATE_INVALID for anything but a client state in its text form */
export const decodeClientStateDocument = (bytes: Uint8Array): ReadClientState => {
  try {
    return read(bytes);
  } catch (cause) {
    // The cause could quote the text, which is a secret.
    throw new RecognizeError('CLIENT_STATE_INVALID', {
      cause: new Error(`client state document: ${cause instanceof Error ? cause.name : 'unreadable'}`),
    });
  }
};
