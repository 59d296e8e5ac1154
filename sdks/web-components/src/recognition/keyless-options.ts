import type { KeylessOptions } from '@keyless/sdk-web';
import type { RecognitionOptions } from './recognition-client.ts';

/** Options of an element as `openKeylessWebSocketConnection` takes them. The newer address leads if both are given. */
export function toKeylessOptions(options: RecognitionOptions, joinToken: string | undefined): KeylessOptions {
  const address = options.serviceURL
    ? { service: { url: options.serviceURL } }
    : { ws: { url: options.wsURL }, key: { id: options.keyID, value: options.key } };
  return {
    ...address,
    customer: { name: options.customer },
    username: options.username,
    ...(options.authorizationToken && { authorization: { token: options.authorizationToken } }),
    ...(options.operationID && { operation: { id: options.operationID } }),
    ...(options.transactionData !== undefined && { transaction: { data: options.transactionData } }),
    ...(options.seedEntropy && { seedEntropy: true }),
    ...(options.enableCameraFlash && { cameraFlash: true }),
    ...(options.wsTimeoutMs !== undefined && { wsTimeout: options.wsTimeoutMs }),
    ...(joinToken !== undefined && { transfer: { token: joinToken } }),
  };
}
