import { bytesToBase64 } from '@openrecognize/bytes';
import { type EndpointOutput, imageEncryptionKey } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerReadImageEncryptionKey = ({ app, guards, imageKeys }: RouteDependencies): void =>
  registerEndpoint(
    app,
    guards,
    imageEncryptionKey,
    async (): Promise<EndpointOutput<typeof imageEncryptionKey>> => {
      const { keyIds, spki } = await imageKeys.publicKey();
      const [keyId = '', ...aliases] = keyIds;
      return {
        keyId,
        aliases,
        keyAlgorithm: 'RSAES-OAEP-SHA-256',
        publicKey: bytesToBase64(spki),
        contentAlgorithms: ['AES-GCM-SIV', 'AES-GCM'],
      };
    },
  );
