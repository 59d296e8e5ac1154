export { createFileObjectStore, type FileObjectStoreOptions } from './adapters/file-object-store.ts';
export { createMemoryCircuitMetadataStore } from './adapters/memory/memory-circuit-metadata-store.ts';
export { createMemoryObjectStore } from './adapters/memory/memory-object-store.ts';
export { createPostgresCircuitMetadataStore } from './adapters/postgres/postgres-circuit-metadata-store.ts';
export { type CircuitStorageConfig, configSchema } from './config.ts';
export type { CircuitStorageDependencies } from './dependencies.ts';
export type { CircuitMetadataStore } from './ports/circuit-metadata-store.ts';
export type { ObjectStore, StoredObject } from './ports/object-store.ts';
export { buildCircuitStorage, type CircuitStorageParts, createCircuitStorage } from './server.ts';
