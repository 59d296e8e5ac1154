import { bytesToBase64 } from '@openrecognize/bytes';
import { consumeCircuit as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { consumeCircuit } from '../commands/consume-circuit.ts';
import { fixedBytes } from './fixed-bytes.ts';
import type { MountRoute } from './mount-route.ts';

export const consumeCircuitRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params, body }) => {
    const serverNonce = fixedBytes(body.serverNonce, 32, 'body.serverNonce');
    const consumed = await consumeCircuit(dependencies, { ...params, ...body, serverNonce });
    const { payloadSha256, stock, nextFreeIndex } = consumed;
    return { payloadSha256: bytesToBase64(payloadSha256), stock, nextFreeIndex };
  });
