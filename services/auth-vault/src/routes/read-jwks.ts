import { readJwks } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Mount } from '../server.ts';

export const mountReadJwks: Mount = (app, guards, { signer }) =>
  registerEndpoint(app, guards, readJwks, async () => ({ keys: [...signer.publicKeys] }));
