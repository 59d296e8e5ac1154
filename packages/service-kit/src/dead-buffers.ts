import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Service } from './service.ts';

export interface DeadBuffersOptions {
  /** Bytes of request bodies after which the young generation is collected; 512 KiB by default. */
  readonly everyBytes?: number;
  /** Collects the young generation; V8's own by default. */
  readonly collect?: () => void;
}

const DEFAULT_EVERY_BYTES = 512 * 1024;

const minorCollection = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => gc({ type: 'minor' });
};

/**
 * For services through which large bodies pass. Buffers lie outside of V8's heap, yet count towards the limit at which
 * it marks the whole heap. Where requests leave many dead buffers and few objects, that limit is reached long before
 * the young generation is full, and all of the heap is marked every twenty requests: a tenth of the processor time of an
 * authentication, as measured (docs/benchmarks.md). Collecting the young generation takes about a millisecond and the
 * dead buffers with it; it is done between requests.
 */
export const collectDeadBuffers = (
  { app }: Pick<Service, 'app'>,
  { everyBytes = DEFAULT_EVERY_BYTES, collect = minorCollection() }: DeadBuffersOptions = {},
): void => {
  let bytes = 0;
  app.addHook('onResponse', (request, _reply, done) => {
    bytes += Number(request.headers['content-length'] ?? 0) || 0;
    if (bytes >= everyBytes) {
      bytes = 0;
      setImmediate(collect);
    }
    done();
  });
};
