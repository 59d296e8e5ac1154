export { nodeAesBatch } from './node-aes-batch.ts';
