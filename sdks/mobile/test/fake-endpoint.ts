import { type KeyObject, sign } from 'node:crypto';
import {
  type CoreErrorCode,
  coreDaemonDeviceEndpoints,
  coreDaemonEndpoints,
  type EndpointShape,
  type ErrorDetails,
  RecognizeError,
} from '@openrecognize/contracts';

const endpoints = { ...coreDaemonEndpoints, ...coreDaemonDeviceEndpoints };
export type EndpointName = keyof typeof endpoints;

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

export const refuse = (code: CoreErrorCode, details: ErrorDetails = {}): never => {
  throw new RecognizeError(code, { details });
};

/** The endpoint of the contract a request is for. */
export const matchEndpoint = (method: string, path: string) => {
  for (const [name, endpoint] of Object.entries<EndpointShape>(endpoints)) {
    const names: string[] = [];
    const pattern = endpoint.path.replace(/:([A-Za-z]+)/g, (_, param: string) => {
      names.push(param);
      return '([^/]+)';
    });
    const found = endpoint.method === method && new RegExp(`^${pattern}$`).exec(path);
    if (!found) continue;
    const params = Object.fromEntries(names.map((param, i) => [param, found[i + 1]!]));
    return { name: name as EndpointName, endpoint, params };
  }
  return refuse('NOT_FOUND');
};

/** Transaction JWT under the fake's own key. */
export const signJwt = (key: KeyObject, claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' })}.${part({ ...claims, version: '1.1.0' })}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
};
