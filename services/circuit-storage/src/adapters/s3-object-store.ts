import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  type ObjectStore,
  prefixSegmentsOf,
  type RefusedDeletion,
  segmentsOf,
} from '../ports/object-store.ts';
import { ObjectStoreError } from '../ports/object-store-error.ts';
import { s3Failure, s3ObjectFailure } from './s3-failure.ts';

/** Whether the client adds and checks the CRCs that came to S3 in 2024, which not every other server knows. */
export type S3ChecksumMode = 'when-supported' | 'when-required';

export interface S3ObjectStoreOptions {
  readonly bucket: string;
  /** Unset: what the AWS SDK finds. */
  readonly region?: string;
  /** Base URL of a server other than AWS. */
  readonly endpoint?: string;
  /** Bucket in the path instead of the host name. */
  readonly forcePathStyle?: boolean;
  /** Unset: the usual places of the AWS SDK (environment, profile, instance or pod role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Begins every key; empty, or whole segments each followed by `/`. */
  readonly keyPrefix?: string;
  readonly requestChecksums?: S3ChecksumMode;
  readonly responseChecksums?: S3ChecksumMode;
  /** For an operation as a whole, retries included; for one page of a listing and one batch of a deletion. 10,000. */
  readonly timeoutMs?: number;
  /** For a TCP and TLS connection; 2,000. */
  readonly connectionTimeoutMs?: number;
  /** Pool of kept connections; requests beyond it wait. 64. */
  readonly maxConnections?: number;
  /** Tries of one request; 3. */
  readonly maxAttempts?: number;
  /** Objects asked for at a time; 1,000. */
  readonly pageSize?: number;
}

export interface S3ObjectStore extends ObjectStore {
  /** Ends the connections. */
  close(): void;
}

/** Limit of the protocol. */
const DELETIONS_PER_BATCH = 1000;
const BATCHES_AT_A_TIME = 2;
const MAX_PAGE_SIZE = 1000;

const checksumModes = { 'when-supported': 'WHEN_SUPPORTED', 'when-required': 'WHEN_REQUIRED' } as const;

const clientOf = (options: S3ObjectStoreOptions): S3Client => {
  const { timeoutMs = 10_000, connectionTimeoutMs = 2000, maxConnections = 64, endpoint } = options;
  const pool = { keepAlive: true, maxSockets: maxConnections };
  return new S3Client({
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    forcePathStyle: options.forcePathStyle ?? false,
    maxAttempts: options.maxAttempts ?? 3,
    requestChecksumCalculation: checksumModes[options.requestChecksums ?? 'when-required'],
    responseChecksumValidation: checksumModes[options.responseChecksums ?? 'when-required'],
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      // A full pool is a matter of the deadline, not of a warning on the console.
      socketAcquisitionWarningTimeout: 2 * timeoutMs,
      httpAgent: pool,
      httpsAgent: pool,
    },
  });
};

const inBatches = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/**
 * Objects of one bucket of S3 or a server that speaks its protocol. Rejects with an `ObjectStoreError`. A server may
 * store other bytes than it was sent: whoever reads compares hashes.
 *
 * @throws RangeError for a key prefix that is not allowed
 */
export const createS3ObjectStore = (options: S3ObjectStoreOptions): S3ObjectStore => {
  const { bucket: Bucket, keyPrefix = '', timeoutMs = 10_000 } = options;
  prefixSegmentsOf(keyPrefix);
  const client = clientOf(options);

  const keyOf = (key: string): string => keyPrefix + segmentsOf(key).join('/');

  /** `work` within the deadline; what it throws, as the port knows it. */
  const within = async <T>(operation: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await work(deadline);
    } catch (error) {
      if (deadline.aborted) {
        throw new ObjectStoreError('TIMEOUT', `${operation}: no answer within ${timeoutMs} ms`, {
          cause: error,
        });
      }
      throw s3Failure(operation, error);
    }
  };

  const deleteBatch = async (keys: readonly string[]): Promise<readonly RefusedDeletion[]> => {
    const operation = 'S3 DeleteObjects';
    const Objects = keys.map((key) => ({ Key: keyPrefix + key }));
    try {
      const { Errors = [] } = await within(operation, (abortSignal) =>
        client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }), { abortSignal }),
      );
      // What is not there is deleted.
      return Errors.filter(({ Code }) => Code !== 'NoSuchKey').map(({ Key = '', Code }) => ({
        key: Key.slice(keyPrefix.length),
        reason: s3ObjectFailure(operation, Code),
      }));
    } catch (reason) {
      return keys.map((key) => ({ key, reason }));
    }
  };

  const page = (prefix: string, ContinuationToken: string | undefined) =>
    within('S3 ListObjectsV2', (abortSignal) =>
      client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: prefix,
          MaxKeys: options.pageSize ?? MAX_PAGE_SIZE,
          ContinuationToken,
        }),
        { abortSignal },
      ),
    );

  return {
    async put(key, content) {
      const Key = keyOf(key);
      await within('S3 PutObject', (abortSignal) =>
        client.send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: content,
            ContentLength: content.length,
            ContentType: 'application/octet-stream',
          }),
          { abortSignal },
        ),
      );
    },
    async get(key) {
      const Key = keyOf(key);
      return within('S3 GetObject', async (abortSignal) => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
          return await Body?.transformToByteArray();
        } catch (error) {
          if (error instanceof NoSuchKey) return undefined;
          throw error;
        }
      });
    },
    async delete(key) {
      const Key = keyOf(key);
      await within('S3 DeleteObject', (abortSignal) =>
        client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal }),
      );
    },
    async deleteMany(keys) {
      for (const key of keys) segmentsOf(key);
      const refused: RefusedDeletion[] = [];
      const batches = inBatches(keys, DELETIONS_PER_BATCH);
      for (const group of inBatches(batches, BATCHES_AT_A_TIME)) {
        refused.push(...(await Promise.all(group.map(deleteBatch))).flat());
      }
      return refused;
    },
    async *list(prefix) {
      prefixSegmentsOf(prefix);
      let token: string | undefined;
      do {
        const { Contents = [], NextContinuationToken } = await page(keyPrefix + prefix, token);
        for (const { Key, Size = 0, LastModified } of Contents) {
          if (Key === undefined || LastModified === undefined) continue;
          yield { key: Key.slice(keyPrefix.length), bytes: Size, modifiedAtMs: LastModified.getTime() };
        }
        token = NextContinuationToken;
      } while (token !== undefined);
    },
    // A put is one request, which leaves nothing behind when it breaks off.
    async removeAbandonedPuts() {
      return 0;
    },
    async probe() {
      await within('S3 HeadBucket', (abortSignal) =>
        client.send(new HeadBucketCommand({ Bucket }), { abortSignal }),
      );
    },
    close: () => client.destroy(),
  };
};
