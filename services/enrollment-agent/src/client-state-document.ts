import { bytesToBase64, wipe } from '@openrecognize/bytes';
import type { ClientStateDocument } from '@openrecognize/contracts';
import { type ClientState, encodeClientState } from '@openrecognize/zkb/client';
import type { DeviceKey } from '@openrecognize/zkb/node';
import type { Static } from 'typebox';

/**
 * The client state as its text form, which integrators pass on unchanged to a device. Whoever holds it is the
 * device: it is a secret of the integrator from here on.
 */
export const clientStateDocument = (state: ClientState, key: DeviceKey): string => {
  const privateKey = key.exportPrivateKey();
  const encoded = encodeClientState({ state, privateKey });
  const { family, version } = state.artifact;
  const document: Static<typeof ClientStateDocument> = {
    artifact: { family, version, target: 'mobile_sdk', liveness: 'liveness' },
    'core-client-state': bytesToBase64(encoded),
  };
  wipe(privateKey, encoded);
  return JSON.stringify(document);
};
