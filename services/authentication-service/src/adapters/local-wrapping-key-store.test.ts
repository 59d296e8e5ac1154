import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLocalWrappingKeyStore } from './local-wrapping-key-store.ts';

const key = new Uint8Array(32).fill(9);
const store = createLocalWrappingKeyStore(key);
const context = { customer: 'acme', userId: 'A'.repeat(64) };
const plaintext = Uint8Array.of(1, 2, 3, 4, 5);

describe('wrapping key of this process', () => {
  it('gives back what it wrapped', async () => {
    expect(await store.unwrap(await store.wrap(plaintext, context), context)).toEqual(plaintext);
  });

  it('never wraps twice alike', async () => {
    expect(await store.wrap(plaintext, context)).not.toEqual(await store.wrap(plaintext, context));
  });

  it('writes version, nonce, ciphertext and tag of AES-256-GCM over customer/userId', async () => {
    const wrapped = await store.wrap(plaintext, context);
    expect(wrapped[0]).toBe(1);
    expect(wrapped.length).toBe(1 + 12 + plaintext.length + 16);
    const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(1, 13));
    decipher.setAAD(Buffer.from(`acme/${'A'.repeat(64)}`)).setAuthTag(wrapped.subarray(-16));
    const opened = Buffer.concat([decipher.update(wrapped.subarray(13, -16)), decipher.final()]);
    expect(new Uint8Array(opened)).toEqual(plaintext);
  });

  it('opens nothing that was changed, cut or moved, and nothing of another key', async () => {
    const wrapped = await store.wrap(plaintext, context);
    const refused = { code: 'CLIENT_STATE_INVALID' };
    for (let at = 0; at < wrapped.length; at++) {
      const changed = wrapped.slice();
      changed[at]! ^= 1;
      await expect(store.unwrap(changed, context)).rejects.toMatchObject(refused);
      await expect(store.unwrap(wrapped.subarray(0, at), context)).rejects.toMatchObject(refused);
    }
    for (const other of [
      { ...context, customer: 'acme2' },
      { ...context, userId: 'B'.repeat(64) },
    ]) {
      await expect(store.unwrap(wrapped, other)).rejects.toMatchObject(refused);
    }
    const stranger = createLocalWrappingKeyStore(new Uint8Array(32).fill(8));
    await expect(stranger.unwrap(wrapped, context)).rejects.toMatchObject(refused);
  });

  it('must have 32 bytes', () => {
    expect(() => createLocalWrappingKeyStore(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
