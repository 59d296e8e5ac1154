/** Published as `pthreads/detector-worker.js`: one thread beside the detection's worker. */
import '@openrecognize/vision-wasm/detector-worker.js';
