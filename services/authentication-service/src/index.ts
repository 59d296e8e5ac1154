export { createFileImageKeyStore } from './adapters/file-image-key-store.ts';
export { createHttpBackend } from './adapters/http-backend.ts';
export { createLocalWrappingKeyStore } from './adapters/local-wrapping-key-store.ts';
export type { Backend, BackendContext, UserReference } from './ports/backend.ts';
export type { ImageAnalyzer } from './ports/image-analyzer.ts';
export type { ImageKeyStore } from './ports/image-key-store.ts';
export type { WrappingContext, WrappingKeyStore } from './ports/wrapping-key-store.ts';
export { type AuthenticationServiceOptions, maxBodyBytes, mountAuthenticationService } from './server.ts';
