import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is told to refuse: `store` PutObject, `delete` DeleteObject and DeleteObjects, `all` everything. */
export type S3Refusal = 'store' | 'delete' | 'all';

/**
 * One bucket of S3 in memory that can be told to refuse, which a real server does only with an administrator's help.
 * Signatures are not checked. The behaviour of a real server is covered with Ceph.
 */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  /** Keys of the objects. */
  keys(): ReadonlySet<string>;
  /** All objects, one behind the other. */
  contents(): Buffer;
  /** `AccessDenied`, HTTP 403, until `recover`. */
  refuse(what: S3Refusal): void;
  recover(): void;
  /** Lets the objects of now look as if they had been stored so much earlier. */
  age(durationMs: number): void;
  stop(): Promise<void>;
}

interface StoredObject {
  readonly content: Buffer;
  modifiedAtMs: number;
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const xml = (response: ServerResponse, status: number, inner: string): void => {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${inner}`);
};

const failure = (response: ServerResponse, status: number, code: string): void =>
  xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);

const etagOf = (content: Buffer): string => `"${createHash('md5').update(content).digest('hex')}"`;

/** One page of ListObjectsV2; keys ascend, and the last key of a page is the token of the next. */
const listing = (objects: ReadonlyMap<string, StoredObject>, query: URLSearchParams): string => {
  const after = query.get('continuation-token') ?? '';
  const prefix = query.get('prefix') ?? '';
  const wanted = [...objects].filter(([key]) => key.startsWith(prefix) && key > after).sort();
  const page = wanted.slice(0, Number(query.get('max-keys') ?? 1_000));
  const contents = page.map(
    ([key, { content, modifiedAtMs }]) =>
      `<Contents><Key>${key}</Key><Size>${content.length}</Size><ETag>${etagOf(content)}</ETag>` +
      `<LastModified>${new Date(modifiedAtMs).toISOString()}</LastModified></Contents>`,
  );
  const hasMore = page.length < wanted.length;
  const next = hasMore ? `<NextContinuationToken>${page.at(-1)![0]}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${hasMore}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
};

/** Keys of a DeleteObjects body; ours hold nothing that XML would escape. */
const deletedKeys = (body: Buffer): string[] =>
  [...body.toString('utf8').matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);

const serveObject = (
  objects: Map<string, StoredObject>,
  key: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void => {
  const found = objects.get(key);
  if (request.method === 'PUT') {
    objects.set(key, { content: body, modifiedAtMs: Date.now() });
    response.writeHead(200, { etag: etagOf(body) }).end();
  } else if (request.method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
  } else if (found === undefined) failure(response, 404, 'NoSuchKey');
  else {
    response.writeHead(200, { etag: etagOf(found.content), 'content-length': found.content.length });
    response.end(request.method === 'HEAD' ? undefined : found.content);
  }
};

const refusalOf = (request: IncomingMessage, query: URLSearchParams): S3Refusal | undefined => {
  if (request.method === 'PUT') return 'store';
  return request.method === 'DELETE' || query.has('delete') ? 'delete' : undefined;
};

/** Listens on a free loopback port; path style, any credentials. */
export const startS3Server = async (bucket: string): Promise<S3Server> => {
  const objects = new Map<string, StoredObject>();
  let refusal: S3Refusal | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://s3');
    const [, wantedBucket, ...rest] = decodeURIComponent(pathname).split('/');
    const key = rest.join('/');
    if (refusal === 'all' || (refusal !== undefined && refusal === refusalOf(request, query))) {
      failure(response, 403, 'AccessDenied');
    } else if (wantedBucket !== bucket) failure(response, 404, 'NoSuchBucket');
    else if (key !== '') serveObject(objects, key, request, body, response);
    else if (query.has('delete')) {
      for (const one of deletedKeys(body)) objects.delete(one);
      xml(response, 200, '<DeleteResult></DeleteResult>');
    } else if (query.has('list-type')) xml(response, 200, listing(objects, query));
    else response.writeHead(200).end();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    keys: () => new Set(objects.keys()),
    contents: () => Buffer.concat([...objects.values()].map(({ content }) => content)),
    refuse: (what) => {
      refusal = what;
    },
    recover: () => {
      refusal = undefined;
    },
    age: (durationMs) => {
      for (const object of objects.values()) object.modifiedAtMs -= durationMs;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
