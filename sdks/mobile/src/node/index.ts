export { createEncryptedFileStore, type EncryptedFileStoreOptions } from './encrypted-file-store.ts';
export { fetchNetwork } from './fetch-network.ts';
export { createImageFileCamera, readImageFile } from './image-file-camera.ts';
export { createNodeEngine, createNodePorts, type NodePortsOptions, nodeCrypto } from './node-ports.ts';
export {
  createPoolFaceAnalyzer,
  type LivenessThresholds,
  type PoolFaceAnalyzer,
  poolFaceAnalyzer,
} from './pool-face-analyzer.ts';
