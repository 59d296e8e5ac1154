import { describe, expect, it } from 'vitest';
import { bitslicedAesBatch } from '../src/bitsliced-aes.ts';
import { describeAesBatch, describeGarblingEngine, describeKernel } from '../src/compliance/index.ts';
import { createGarblingEngine } from '../src/garbling-engine.ts';
import { nodeAesBatch } from '../src/node/node-aes-batch.ts';
import { createTypeScriptKernel } from '../src/typescript-kernel.ts';

const primitives = { describe, it, expect };

describeAesBatch(nodeAesBatch, primitives);
describeAesBatch(bitslicedAesBatch, primitives);
describeKernel(createTypeScriptKernel(), nodeAesBatch, primitives);
describeGarblingEngine(createGarblingEngine(nodeAesBatch), primitives);
describeGarblingEngine(createGarblingEngine(bitslicedAesBatch), primitives);
