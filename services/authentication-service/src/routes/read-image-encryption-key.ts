import { bytesToBase64 } from '@openrecognize/bytes';
import { type EndpointOutput, imageEncryptionKey } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

/** Pages of any origin read it: it is public, and the web SDK encrypts frames with it. */
const allowAnyOrigin = (app: RouteDependencies['app']): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === imageEncryptionKey.path)
      reply.header('access-control-allow-origin', '*');
  });
};

export const registerReadImageEncryptionKey = ({ app, guards, imageKeys }: RouteDependencies): void => {
  allowAnyOrigin(app);
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
};
