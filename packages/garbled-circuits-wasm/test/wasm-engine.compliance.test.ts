import { bitslicedAesBatch } from '@openrecognize/garbled-circuits';
import { describeGarblingEngine, describeKernel } from '@openrecognize/garbled-circuits/compliance';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { describe, expect, it } from 'vitest';
import { createWasmGarblingEngine } from '../src/index.ts';
import { loadNodeModule } from '../src/load-node-module.ts';
import { createWasmKernel } from '../src/wasm-kernel.ts';

const primitives = { describe, it, expect };

describeKernel(createWasmKernel(loadNodeModule()), nodeAesBatch, primitives);
describeGarblingEngine(createWasmGarblingEngine(nodeAesBatch), primitives);
describeGarblingEngine(createWasmGarblingEngine(bitslicedAesBatch), primitives);
