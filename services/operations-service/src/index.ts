export { createHttpBackend } from './adapters/http-backend.ts';
export type { Backend, BackendContext } from './ports/backend.ts';
export { mountOperations, type OperationsOptions } from './server.ts';
