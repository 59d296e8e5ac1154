import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { decodeClientState, encodeClientState, type PortableClientState } from '@openrecognize/zkb/client';

/** The text form in which a client state travels (spec 08 §5). A secret in whole. */
export const encodeClientStateDocument = (portable: PortableClientState): string => {
  const { family, version } = portable.state.artifact;
  const encoded = encodeClientState(portable);
  try {
    return JSON.stringify({
      artifact: { family, version, target: 'mobile_sdk', liveness: 'liveness' },
      'core-client-state': bytesToBase64(encoded),
    });
  } finally {
    wipe(encoded);
  }
};

interface LooseDocument {
  readonly artifact?: { readonly family?: unknown; readonly version?: unknown };
  readonly 'core-client-state'?: unknown;
}

const read = (text: string): PortableClientState => {
  const document = JSON.parse(text) as LooseDocument;
  const encoded = base64ToBytes(String(document['core-client-state']));
  try {
    const portable = decodeClientState(encoded);
    const { family, version } = portable.state.artifact;
    if (document.artifact?.family !== family || document.artifact.version !== version) {
      throw new TypeError('artifact beside the state is not the one inside');
    }
    return portable;
  } finally {
    wipe(encoded);
  }
};

/**
 * Inverse of `encodeClientStateDocument`.
 *
 * @returns secrets the caller wipes.
 * @throws RecognizeError CLIENT_STATE_INVALID; its cause quotes nothing of the text.
 */
export const decodeClientStateDocument = (text: string): PortableClientState => {
  try {
    return read(text);
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'unreadable';
    throw new RecognizeError('CLIENT_STATE_INVALID', { cause: new Error(`client state document: ${name}`) });
  }
};
