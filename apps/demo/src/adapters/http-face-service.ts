import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import { listUsersOfExternalUser } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { FaceService, FaceServiceAddress } from '../ports/face-service.ts';
import { createHttpOperationsApi } from './http-operations-api.ts';

export interface HttpFaceServiceOptions {
  readonly customer: string;
  /** Base URL of the authentication-service, as browsers reach it. */
  readonly authenticationServiceUrl: string;
  /** Of the operations-service, with the bank's secret key in its headers. */
  readonly operations: HttpClient;
}

const TIMEOUT_MS = 5_000;
const ImageKey = Type.Object({ keyId: Type.String(), publicKey: Type.String() });

/** Address of the socket of a service: `https` becomes `wss`. */
export const webSocketUrlOf = (serviceUrl: string): string => {
  const url = new URL(serviceUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

/** The face service behind HTTP; the image encryption key is fetched once and by this server, not by pages. */
export const createHttpFaceService = (options: HttpFaceServiceOptions): FaceService => {
  const { customer, authenticationServiceUrl, operations } = options;
  const api = createHttpOperationsApi(operations);
  let known: FaceServiceAddress | undefined;
  const fetchAddress = async (): Promise<FaceServiceAddress> => {
    const answer = await fetch(new URL('/v1/image-encryption-key', authenticationServiceUrl), {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = answer.ok ? await answer.json() : undefined;
    if (!Value.Check(ImageKey, body)) throw new Error('the authentication-service gave no key');
    const wsUrl = webSocketUrlOf(authenticationServiceUrl);
    return { customer, wsUrl, keyId: body.keyId, key: body.publicKey };
  };
  return {
    address: async () => {
      known ??= await fetchAddress();
      return known;
    },
    usersNamed: async (externalUserId) => {
      const users = await callEndpoint(operations, listUsersOfExternalUser, { params: { externalUserId } });
      return users.map(({ userId }) => userId);
    },
    deleteUser: async (userId) => {
      await api.deleteUser(userId);
    },
  };
};
