import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import { RecognizeError, unwrapClientState, wrapClientState } from '@openrecognize/contracts';
import { createService, registerEndpoint, type Service, serviceKeyGuard } from '@openrecognize/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalWrappingKeyStore, createVaultWrappingKeyStore } from '../src/index.ts';

const serviceKey = 'a-service-key-of-some-length';
const context = { customer: 'acme', userId: 'A'.repeat(64) };
const state = Uint8Array.of(1, 2, 3, 4);

describe('wrapping by the auth-vault', () => {
  let vault: Service;
  let baseUrl: string;
  const clients: HttpClient[] = [];
  const clientOf = (key: string, url = baseUrl) => {
    const client = createHttpClient({ baseUrl: url, serviceKey: key, timeoutMs: 2_000 });
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    vault = await createService({ name: 'vault', logging: { level: 'silent' } });
    const guards = { 'service-key': serviceKeyGuard(serviceKey) };
    // Bytes that show what was asked, in place of ciphertext.
    registerEndpoint(vault.app, guards, wrapClientState, async ({ body }) => ({
      wrapped: Buffer.concat([Buffer.of(2), Buffer.from(JSON.stringify(body))]).toString('base64'),
    }));
    registerEndpoint(vault.app, guards, unwrapClientState, async ({ body }) => {
      const asked = JSON.parse(Buffer.from(body.wrapped, 'base64').subarray(1).toString());
      if (asked.customer !== body.customer || asked.userId !== body.userId) {
        throw new RecognizeError('CLIENT_STATE_INVALID');
      }
      return { clientState: asked.clientState };
    });
    await vault.app.listen({ host: '127.0.0.1', port: 0 });
    baseUrl = `http://127.0.0.1:${(vault.app.server.address() as { port: number }).port}`;
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await vault.close(0);
  });

  it('comes back for the user it was wrapped for, and no other', async () => {
    const store = createVaultWrappingKeyStore(clientOf(serviceKey));
    const wrapped = await store.wrap(state, context);
    expect([...(await store.unwrap(wrapped, context))]).toEqual([...state]);
    await expect(store.unwrap(wrapped, { ...context, customer: 'other' })).rejects.toMatchObject({
      code: 'CLIENT_STATE_INVALID',
    });
  });

  it('leaves states of an earlier key to that key, and wraps anew by the vault', async () => {
    const earlier = createLocalWrappingKeyStore(new Uint8Array(32).fill(7));
    const store = createVaultWrappingKeyStore(clientOf(serviceKey), earlier);
    const old = await earlier.wrap(state, context);
    expect([...(await store.unwrap(old, context))]).toEqual([...state]);
    const anew = await store.wrap(state, context);
    expect(anew[0]).toBe(2);
    expect([...(await store.unwrap(anew, context))]).toEqual([...state]);
  });

  it('fails as our own fault when the vault refuses our key, and as unavailable when it is down', async () => {
    const refused = createVaultWrappingKeyStore(clientOf('another-service-key'));
    await expect(refused.wrap(state, context)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    const gone = createVaultWrappingKeyStore(clientOf(serviceKey, 'http://127.0.0.1:1'));
    await expect(gone.unwrap(Uint8Array.of(2, 1), context)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});
