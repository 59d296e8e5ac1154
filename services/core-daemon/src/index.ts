export { type CoreDaemonConfig, coreDaemonConfig, defaultPort } from './config.ts';
export { buildCoreDaemon, createCoreDaemon } from './server.ts';
