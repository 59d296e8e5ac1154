import { verifyDeviceSignature } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { checkDeviceSignature } from '../commands/verify-device-signature.ts';
import type { Mount } from '../server.ts';

export const mountVerifyDeviceSignature: Mount = (app, guards, { deviceKeys, incidents, signer }) =>
  registerEndpoint(app, guards, verifyDeviceSignature, async ({ body }) => {
    checkDeviceSignature(deviceKeys, incidents, signer, body);
    return undefined;
  });
