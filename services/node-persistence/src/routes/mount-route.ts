import type { EndpointGuards, ServiceApp } from '@openrecognize/service-kit';
import type { CommandContext } from '../commands/command-context.ts';

/** Adds one endpoint to the service. */
export type MountRoute = (app: ServiceApp, guards: EndpointGuards, context: CommandContext) => void;
