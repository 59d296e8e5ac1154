import { exportClientState as endpoint, RecognizeError } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import { exportClientState } from '../commands/export-client-state.ts';
import { encryptionOf } from './client-state-encryption.ts';
import type { RouteDependencies } from './route-dependencies.ts';

const answerTypes = /(?:^|[\s,])(?:application\/octet-stream|application\/\*|\*\/\*)(?:[\s;,]|$)/i;

/** A missing header accepts anything (RFC 9110 §12.5.1). */
const checkAccept = ({ headers: { accept } }: FastifyRequest): void => {
  if (accept !== undefined && !answerTypes.test(accept)) throw new RecognizeError('NOT_ACCEPTABLE');
};

export const registerExportClientState = (dependencies: RouteDependencies): void =>
  registerEndpoint(
    dependencies.app,
    dependencies.guards,
    endpoint,
    async ({ params, headers }, { request, requestId }) => {
      checkAccept(request);
      const { tenantId, customer } = tenantOf(request);
      const wanted = { tenantId, customer, username: params.username };
      const options = { ...dependencies, random: dependencies.tools.random };
      return exportClientState(options, wanted, encryptionOf(headers), { requestId });
    },
  );
