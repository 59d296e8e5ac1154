// Entry of a worker thread: one pipeline, one picture at a time.
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorBody, RecognizeError } from '@openrecognize/contracts';
import { createFacePipeline, type FacePipeline } from '../face-pipeline.ts';
import type { ImageMeasurement } from '../image-analysis.ts';
import { imageBytes, type JobRequest, type WorkerReply, type WorkerSetup } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('pipeline-worker runs as a worker thread');

const errorBody = (error: unknown): ErrorBody =>
  (error instanceof RecognizeError ? error : new RecognizeError('INTERNAL_ERROR')).toJSON();

/** Buffers of a result that move to the other thread, so that no copy stays here (spec 02 BC-18). */
const movable = ({ code, embedding }: ImageMeasurement): ArrayBuffer[] =>
  [code?.bits, embedding].flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []));

const serve = async (pipeline: FacePipeline, { image, options, measure }: JobRequest): Promise<void> => {
  try {
    const result = await pipeline.analyze(image, { ...options, measure });
    port.postMessage({ kind: 'result', result } satisfies WorkerReply, movable(result));
  } catch (error) {
    port.postMessage({ kind: 'error', error: errorBody(error) } satisfies WorkerReply);
  } finally {
    imageBytes(image).fill(0);
  }
};

try {
  const pipeline = await createFacePipeline(workerData as WorkerSetup);
  await pipeline.warmUp();
  port.on('message', (request: JobRequest | 'close') => {
    if (request === 'close') void pipeline.close().then(() => port.close());
    else void serve(pipeline, request);
  });
  port.postMessage({ kind: 'ready' } satisfies WorkerReply);
} catch (error) {
  port.postMessage({ kind: 'failed', error: errorBody(error) } satisfies WorkerReply);
  port.close();
}
