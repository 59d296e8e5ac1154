import type { EndpointGuards } from '@openrecognize/service-kit';
import type { FastifyInstance } from 'fastify';
import type { CircuitStorageConfig } from '../config.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';

export interface RouteContext {
  readonly dependencies: CircuitStorageDependencies;
  readonly config: Pick<CircuitStorageConfig, 'reservationMaxLeaseSeconds'>;
}

/** Adds one endpoint of the contract. */
export type MountRoute = (app: FastifyInstance, guards: EndpointGuards, context: RouteContext) => void;
