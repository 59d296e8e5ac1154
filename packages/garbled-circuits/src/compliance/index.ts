export { describeAesBatch } from './aes-batch-suite.ts';
export { describeGarblingEngine, liveLabels, seededGarbling } from './garbling-engine-suite.ts';
export { describeKernel } from './kernel-suite.ts';
export { SeededBytes } from './seeded-bytes.ts';
export type { TestPrimitives } from './test-primitives.ts';
