import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import { RecognizeError, wrapClientState } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Mount } from '../server.ts';

const decode = (text: string): Uint8Array => {
  try {
    return base64ToBytes(text);
  } catch (cause) {
    throw new RecognizeError('BAD_REQUEST', { cause });
  }
};

export const mountWrapClientState: Mount = (app, guards, { clientStates }) =>
  registerEndpoint(app, guards, wrapClientState, async ({ body: { customer, userId, clientState } }) => {
    const plaintext = decode(clientState);
    try {
      return { wrapped: bytesToBase64(await clientStates.wrap(plaintext, { customer, userId })) };
    } finally {
      wipe(plaintext);
    }
  });
