import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import { RecognizeError, unwrapClientState } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Mount } from '../server.ts';

const decode = (text: string): Uint8Array => {
  try {
    return base64ToBytes(text);
  } catch (cause) {
    throw new RecognizeError('CLIENT_STATE_INVALID', { cause });
  }
};

export const mountUnwrapClientState: Mount = (app, guards, { clientStates }) =>
  registerEndpoint(app, guards, unwrapClientState, async ({ body: { customer, userId, wrapped } }) => {
    const clientState = await clientStates.unwrap(decode(wrapped), { customer, userId });
    try {
      return { clientState: bytesToBase64(clientState) };
    } finally {
      wipe(clientState);
    }
  });
