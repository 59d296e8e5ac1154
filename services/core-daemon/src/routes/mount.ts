import type { EndpointGuards } from '@openrecognize/service-kit';
import type { FastifyInstance } from 'fastify';
import type { CoreDaemonDeps } from '../commands/core-daemon-deps.ts';

/** Adds one route. */
export type Mount = (app: FastifyInstance, guards: EndpointGuards, deps: CoreDaemonDeps) => void;
