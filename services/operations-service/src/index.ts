export { createHttpBackend } from './adapters/http-backend.ts';
export { type AdministrationOptions, mountAdministration } from './administration/mount-administration.ts';
export type { AdministrationBackend } from './ports/administration-backend.ts';
export type { Backend, BackendContext } from './ports/backend.ts';
export { mountOperations, type OperationsOptions } from './server.ts';
