export { configSchema, type NodePersistenceConfig } from './config.ts';
export {
  buildNodePersistence,
  createNodePersistence,
  DEFAULT_PORT,
  type NodePersistenceDependencies,
} from './server.ts';
