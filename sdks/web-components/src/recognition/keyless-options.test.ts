import { describe, expect, it } from 'vitest';
import { toKeylessOptions } from './keyless-options.ts';
import type { RecognitionOptions } from './recognition-client.ts';

const none: RecognitionOptions = {
  customer: undefined,
  username: undefined,
  wsURL: undefined,
  key: undefined,
  keyID: undefined,
  serviceURL: undefined,
  authorizationToken: undefined,
  operationID: undefined,
  transactionData: undefined,
  seedEntropy: false,
  enableCameraFlash: false,
  wsTimeoutMs: undefined,
};

describe('toKeylessOptions', () => {
  it('names every option as the SDK does', () => {
    const full: RecognitionOptions = {
      customer: 'acme',
      username: 'ada',
      wsURL: 'wss://a.example',
      key: 'K',
      keyID: 'I',
      serviceURL: undefined,
      authorizationToken: 'A',
      operationID: 'O',
      transactionData: '',
      seedEntropy: true,
      enableCameraFlash: true,
      wsTimeoutMs: 5_000,
    };
    expect(toKeylessOptions(full, 'T')).toEqual({
      customer: { name: 'acme' },
      username: 'ada',
      ws: { url: 'wss://a.example' },
      key: { id: 'I', value: 'K' },
      authorization: { token: 'A' },
      operation: { id: 'O' },
      transaction: { data: '' },
      seedEntropy: true,
      cameraFlash: true,
      wsTimeout: 5_000,
      transfer: { token: 'T' },
    });
  });

  it('keeps what is missing missing, so that the SDK can name it, and prefers the newer address', () => {
    expect(toKeylessOptions(none, undefined)).toEqual({
      customer: { name: undefined },
      username: undefined,
      ws: { url: undefined },
      key: { id: undefined, value: undefined },
    });
    const both = { ...none, wsURL: 'wss://old', serviceURL: 'https://new' };
    expect(toKeylessOptions(both, undefined)).toMatchObject({ service: { url: 'https://new' } });
    expect(toKeylessOptions(both, undefined)).not.toHaveProperty('ws');
  });
});
