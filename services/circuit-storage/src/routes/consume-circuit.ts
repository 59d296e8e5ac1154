import { wipe } from '@openrecognize/bytes';
import { consumeCircuit as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { encodeConsumedCircuit } from '@openrecognize/zkb/messages';
import { consumeCircuit } from '../commands/consume-circuit.ts';
import { fixedBytes } from './fixed-bytes.ts';
import type { MountRoute } from './mount-route.ts';

export const consumeCircuitRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params, body }, { log }) => {
    const serverNonce = fixedBytes(body.serverNonce, 32, 'body.serverNonce');
    const consumed = await consumeCircuit(dependencies, { ...params, ...body, serverNonce }, log);
    const answer = encodeConsumedCircuit(consumed);
    wipe(consumed.payload);
    return answer;
  });
