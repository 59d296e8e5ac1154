import { describe, expect, it } from 'vitest';
import { createS3ObjectStore } from '../src/adapters/s3-object-store.ts';
import { listedKeys } from './suites/listed-objects.ts';
import { describeObjectStore } from './suites/object-store-suite.ts';
import { useCephRgw } from './suites/use-ceph-rgw.ts';

const ceph = useCephRgw('object store on a real S3 server');

for (const keyPrefix of ['', 'open/recognize/']) {
  describeObjectStore(`S3${keyPrefix && ', below a prefix'}`, async () => {
    const store = createS3ObjectStore({ ...(await ceph.newBucket()), keyPrefix });
    return { store, close: async () => store.close() };
  });
}

describe('the S3 object store', () => {
  it('lists across pages and deletes across batches', async () => {
    const store = createS3ObjectStore({ ...(await ceph.newBucket()), pageSize: 400 });
    const keys = Array.from({ length: 1203 }, (_, index) => `u/d/${String(index).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 100) {
      await Promise.all(keys.slice(from, from + 100).map((key) => store.put(key, Uint8Array.of(1))));
    }
    expect(await listedKeys(store)).toEqual(keys);
    expect(await store.deleteMany(keys.slice(1))).toEqual([]);
    expect(await listedKeys(store)).toEqual(keys.slice(0, 1));
    store.close();
  });

  it('sees only what is below its own prefix', async () => {
    const bucket = await ceph.newBucket();
    const [one, other] = ['one/', 'other/'].map((keyPrefix) => createS3ObjectStore({ ...bucket, keyPrefix }));
    await one!.put('a/b', Uint8Array.of(1));
    expect(await listedKeys(other!)).toEqual([]);
    expect(await other!.get('a/b')).toBeUndefined();
    one!.close();
    other!.close();
  });

  it('fails as full when a quota is used up, and takes objects again when it is lifted', async () => {
    const store = createS3ObjectStore(await ceph.newBucket());
    const quota = (...args: string[]) =>
      ceph.server.administer('quota', ...args, '--quota-scope=user', '--uid=test');
    await store.put('a/b', Uint8Array.of(1));
    await quota('set', '--max-objects=0');
    await quota('enable');
    await ceph.server.stopGateway();
    await ceph.server.startGateway();
    await expect(store.put('a/c', Uint8Array.of(1))).rejects.toMatchObject({ code: 'FULL' });
    await quota('disable');
    await ceph.server.stopGateway();
    await ceph.server.startGateway();
    await store.put('a/c', Uint8Array.of(1));
    expect(await listedKeys(store)).toEqual(['a/b', 'a/c']);
    store.close();
  });

  it('fails as denied with a wrong secret and as without a bucket where there is none', async () => {
    const bucket = await ceph.newBucket();
    const { accessKeyId } = ceph.server.credentials;
    const stranger = createS3ObjectStore({
      ...bucket,
      credentials: { accessKeyId, secretAccessKey: 'wrong' },
    });
    await expect(stranger.put('a/b', Uint8Array.of(1))).rejects.toMatchObject({ code: 'DENIED' });
    await expect(stranger.get('a/b')).rejects.toMatchObject({ code: 'DENIED' });
    await expect(stranger.probe()).rejects.toMatchObject({ code: 'DENIED' });
    expect(await stranger.deleteMany(['a/b', 'a/c'])).toMatchObject([
      { key: 'a/b', reason: { code: 'DENIED' } },
      { key: 'a/c', reason: { code: 'DENIED' } },
    ]);
    const lost = createS3ObjectStore({ ...bucket, bucket: 'none-of-that-name' });
    await expect(lost.put('a/b', Uint8Array.of(1))).rejects.toMatchObject({ code: 'NO_BUCKET' });
    await expect(lost.get('a/b')).rejects.toMatchObject({ code: 'NO_BUCKET' });
    await expect(lost.probe()).rejects.toMatchObject({ code: 'NO_BUCKET' });
    stranger.close();
    lost.close();
  });

  it('is unreachable while the server is away and works again by itself', async () => {
    const store = createS3ObjectStore(await ceph.newBucket());
    await store.put('a/b', Uint8Array.of(1));
    await ceph.server.stopGateway();
    await expect(store.probe()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(store.get('a/b')).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await ceph.server.startGateway();
    expect(await store.get('a/b')).toEqual(Uint8Array.of(1));
    store.close();
  });
});
