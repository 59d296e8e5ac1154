import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type CephRgw, startCephRgw } from '../../../../tools/test-services/ceph-rgw.ts';
import type { S3ObjectStoreOptions } from '../../src/adapters/s3-object-store.ts';

export interface CephRgwOfTests {
  readonly server: CephRgw;
  /** Options of a store over a new, empty bucket. */
  newBucket(): Promise<S3ObjectStoreOptions>;
}

/** The S3 server of a test file; its tests are skipped, with one line, where none can be had. */
export const useCephRgw = (what: string): CephRgwOfTests => {
  let started: CephRgw | undefined;
  beforeAll(async () => {
    const { server, skipped } = await startCephRgw();
    if (!server) console.log(`skipped: ${what} (${skipped})`);
    started = server;
  }, 360_000);
  beforeEach((context) => {
    if (!started) context.skip();
  });
  afterAll(() => started?.stop());

  return {
    get server() {
      if (!started) throw new Error('there is no S3 server');
      return started;
    },
    async newBucket() {
      const { endpoint, region, credentials } = this.server;
      const bucket = randomUUID();
      await this.server.createBucket(bucket);
      return { bucket, endpoint, region, credentials, forcePathStyle: true };
    },
  };
};
