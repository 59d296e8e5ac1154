import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataKeyWrapper } from '../ports/data-key-wrapper.ts';
import { createKmsKeyWrapper } from './kms-key-wrapper.ts';

let kms: FakeKms;
let wrapper: DataKeyWrapper;
beforeEach(async () => {
  kms = await startFakeKms();
  kms.createKey('SYMMETRIC_DEFAULT', { alias: 'payloads' });
  wrapper = createKmsKeyWrapper({ keyId: 'alias/payloads', ...kms.clientConfig, timeoutMs: 500 });
});
afterEach(async () => {
  wrapper.close();
  await kms.stop();
});

describe('key service', () => {
  it('gives data keys and unwraps them, those of an older wrapping key too', async () => {
    const old = await wrapper.generate();
    expect(old.plaintext).toHaveLength(32);
    kms.createKey('SYMMETRIC_DEFAULT', { alias: 'payloads' });
    const fresh = await wrapper.generate();
    expect(fresh.keyId).not.toBe(old.keyId);
    for (const made of [old, fresh]) expect(await wrapper.unwrap(made)).toEqual(made.plaintext);
  });

  it('does not unwrap what was changed or names another key', async () => {
    const made = await wrapper.generate();
    const wrapped = made.wrapped.slice();
    wrapped[60]! ^= 1;
    await expect(wrapper.unwrap({ ...made, wrapped })).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    const keyId = kms.createKey('SYMMETRIC_DEFAULT');
    await expect(wrapper.unwrap({ ...made, keyId })).rejects.toMatchObject({ code: 'KEY_REFUSED' });
  });

  it.each([
    ['access-denied', 'KEY_REFUSED'],
    ['throttling', 'KEY_SERVICE_UNAVAILABLE'],
    ['internal-error', 'KEY_SERVICE_UNAVAILABLE'],
    ['hang', 'KEY_SERVICE_UNAVAILABLE'],
    ['reset', 'KEY_SERVICE_UNAVAILABLE'],
  ] as const)('that answers with %s fails as %s and works again after', async (fault, code) => {
    const made = await wrapper.generate();
    kms.fail(fault);
    await expect(wrapper.generate()).rejects.toMatchObject({ code });
    await expect(wrapper.unwrap(made)).rejects.toMatchObject({ code });
    kms.recover();
    expect(await wrapper.unwrap(made)).toEqual(made.plaintext);
  });
});
