export { createHttpBackend } from './adapters/http-backend.ts';
export { type AdministrationOptions, mountAdministration } from './administration/mount-administration.ts';
export type { AdministrationBackend } from './ports/administration-backend.ts';
export type { Backend } from './ports/backend.ts';
export type { BackendContext } from './ports/backend-port.ts';
export { mountOperations, type OperationsOptions } from './server.ts';
