import { EventEmitter } from 'node:events';
import { RecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import type { ImageMeasurement } from '../image-analysis.ts';
import { imageBytes, type JobRequest, type WorkerReply } from './messages.ts';
import { type PoolWorker, WorkerPool } from './worker-pool.ts';

/** A worker under the control of the test. */
class FakeWorker extends EventEmitter implements PoolWorker {
  readonly received: (JobRequest | 'close')[] = [];
  closed = false;

  postMessage(message: JobRequest | 'close'): void {
    this.received.push(message);
    if (message === 'close') {
      this.closed = true;
      queueMicrotask(() => this.emit('exit'));
    }
  }

  reply(reply: WorkerReply): void {
    this.emit('message', reply);
  }

  get jobs(): JobRequest[] {
    return this.received.filter((message) => message !== 'close');
  }
}

const setUp = (size: number, queueLimit = 10) => {
  const workers: FakeWorker[] = [];
  const spawn = (): PoolWorker => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  };
  return { pool: new WorkerPool({ spawn, size, queueLimit }), workers };
};

const job = (mark: number): JobRequest => ({
  image: Uint8Array.of(mark),
  options: { scenario: 'SELFIE' },
  measure: false,
});

const resultOf = (width: number): ImageMeasurement => ({
  filters: [],
  stats: {
    width,
    height: 1,
    format: 'png',
    workingWidth: 1,
    workingHeight: 1,
    faceCount: 0,
    timingsMs: { decode: 0, detect: 0 },
    processingMs: 0,
  },
});

const finish = (worker: FakeWorker): void => {
  const { image } = worker.jobs.at(-1)!;
  worker.reply({ kind: 'result', result: resultOf(imageBytes(image)[0]) });
};

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('WorkerPool', () => {
  it('gives one job at a time to each worker and the rest in order', async () => {
    const { pool, workers } = setUp(2);
    for (const worker of workers) worker.reply({ kind: 'ready' });
    await pool.ready();
    const results = [1, 2, 3, 4].map((mark) => pool.run(job(mark)));
    expect(workers.map((worker) => worker.jobs.length)).toEqual([1, 1]);
    finish(workers[1]);
    finish(workers[0]);
    finish(workers[1]);
    finish(workers[0]);
    const widths = (await Promise.all(results)).map(({ stats }) => stats.width);
    expect(widths).toEqual([1, 2, 3, 4]);
  });

  it('refuses jobs beyond the queue limit', async () => {
    const { pool, workers } = setUp(1, 2);
    workers[0].reply({ kind: 'ready' });
    const accepted = [1, 2, 3].map((mark) => pool.run(job(mark)));
    await expect(pool.run(job(4))).rejects.toThrow(code('BIOMETRIC_POOL_BUSY'));
    for (const _ of accepted) finish(workers[0]);
    expect(await Promise.all(accepted)).toHaveLength(3);
  });

  it('passes an error of the pipeline on and goes on working', async () => {
    const { pool, workers } = setUp(1);
    workers[0].reply({ kind: 'ready' });
    const failing = pool.run(job(1));
    const next = pool.run(job(2));
    workers[0].reply({ kind: 'error', error: new RecognizeError('IMAGE_FORMAT_INVALID').toJSON() });
    await expect(failing).rejects.toThrow(code('IMAGE_FORMAT_INVALID'));
    finish(workers[0]);
    expect((await next).stats.width).toBe(2);
  });

  it('replaces a worker that dies; only its own job fails', async () => {
    const { pool, workers } = setUp(1);
    workers[0].reply({ kind: 'ready' });
    const lost = pool.run(job(1));
    const next = pool.run(job(2));
    workers[0].emit('error', new Error('out of memory'));
    workers[0].emit('exit');
    await expect(lost).rejects.toThrow(code('INTERNAL_ERROR'));
    expect(workers).toHaveLength(2);
    workers[1].reply({ kind: 'ready' });
    finish(workers[1]);
    expect((await next).stats.width).toBe(2);
  });

  it('tells why no worker could start, and tries again with the next job', async () => {
    const { pool, workers } = setUp(1);
    workers[0].reply({ kind: 'failed', error: new RecognizeError('MODEL_MISSING').toJSON() });
    workers[0].emit('exit');
    await expect(pool.ready()).rejects.toThrow(code('MODEL_MISSING'));
    const later = pool.run(job(1));
    expect(workers).toHaveLength(2);
    workers[1].reply({ kind: 'ready' });
    finish(workers[1]);
    expect((await later).stats.width).toBe(1);
  });

  it('fails the waiting jobs when the last worker cannot be replaced', async () => {
    const { pool, workers } = setUp(1);
    workers[0].reply({ kind: 'ready' });
    const jobs = [pool.run(job(1)), pool.run(job(2))];
    workers[0].emit('exit');
    workers[1].reply({ kind: 'failed', error: new RecognizeError('MODEL_HASH_MISMATCH').toJSON() });
    workers[1].emit('exit');
    await expect(jobs[0]).rejects.toThrow(code('INTERNAL_ERROR'));
    await expect(jobs[1]).rejects.toThrow(code('MODEL_HASH_MISMATCH'));
    expect(workers).toHaveLength(2);
  });

  it('finishes what is queued before it closes, and takes nothing more', async () => {
    const { pool, workers } = setUp(1);
    workers[0].reply({ kind: 'ready' });
    const jobs = [pool.run(job(1)), pool.run(job(2))];
    const closed = pool.close();
    await expect(pool.run(job(3))).rejects.toThrow(code('BIOMETRIC_POOL_CLOSED'));
    finish(workers[0]);
    expect(workers[0].closed).toBe(false);
    finish(workers[0]);
    await closed;
    expect(workers[0].closed).toBe(true);
    expect(await Promise.all(jobs)).toHaveLength(2);
  });
});
