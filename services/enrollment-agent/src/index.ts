export { createHttpCoreDaemon } from './adapters/http-core-daemon.ts';
export type { CoreDaemon } from './ports/core-daemon.ts';
export type { ImageAnalyzer } from './ports/image-analyzer.ts';
export { type AgentOptions, mountAgent } from './server.ts';
export {
  decodeServerState,
  encodeServerState,
  maxServerStateBytes,
  type ServerState,
  type ServerStateContent,
  serverStateSigningInput,
} from './server-state-codec.ts';
