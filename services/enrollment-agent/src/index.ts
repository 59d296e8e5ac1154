export { createHttpCoreDaemon } from './adapters/http-core-daemon.ts';
export type { CoreDaemon } from './ports/core-daemon.ts';
export type { ImageAnalyzer } from './ports/image-analyzer.ts';
export { type AgentOptions, mountAgent } from './server.ts';
