import { bytesToBase64 } from '@openrecognize/bytes';
import { reserveCircuit as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { reserveCircuit } from '../commands/reserve-circuit.ts';
import { fixedBytes } from './fixed-bytes.ts';
import type { MountRoute } from './mount-route.ts';

export const reserveCircuitRoute: MountRoute = (app, guards, { dependencies, config }) =>
  registerEndpoint(app, guards, endpoint, async ({ body }) => {
    const requestNonce = fixedBytes(body.requestNonce, 16, 'body.requestNonce');
    const maxLeaseSeconds = config.reservationMaxLeaseSeconds;
    const reservation = await reserveCircuit(dependencies, { ...body, requestNonce }, maxLeaseSeconds);
    const { authenticationId, circuitIndex, serverNonce, leaseExpiresAtMs, stock } = reservation;
    return {
      authenticationId,
      circuitIndex,
      serverNonce: bytesToBase64(serverNonce),
      leaseExpiresAtMs,
      stock,
    };
  });
