import { agentHealthCheck } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { FastifyInstance } from 'fastify';
import { agentVersion } from '../version.ts';

export const registerHealthCheck = (app: FastifyInstance): void =>
  registerEndpoint(app, {}, agentHealthCheck, async () => ({ version: agentVersion, status: 'ok' as const }));
