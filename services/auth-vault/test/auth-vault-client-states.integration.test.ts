import { bytesToBase64, utf8ToBytes } from '@openrecognize/bytes';
import { unwrapClientState, wrapClientState } from '@openrecognize/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFileDataKeyStore } from '../src/adapters/keys/file-data-key-store.ts';
import { createClientStates } from '../src/commands/client-states.ts';
import type { DataKeyStore } from '../src/ports/data-key-store.ts';
import { createAuthVaultFixture } from './auth-vault-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createAuthVaultFixture>>;
const owner = { customer: 'acme', userId: 'A'.repeat(64) };
const clientState = bytesToBase64(utf8ToBytes('{"chainKey":"secret of a state"}'));

let vault: Fixture;
beforeEach(async () => {
  vault = await createAuthVaultFixture();
});

const wrap = async (fixture = vault, changes: object = {}): Promise<string> =>
  (await fixture.call(wrapClientState, { ...owner, clientState, ...changes })).json.wrapped;

describe('client states', () => {
  it('come back for their tenant and user, under another data key each time', async () => {
    const wrapped = await wrap();
    expect(await wrap()).not.toBe(wrapped);
    expect(Buffer.from(wrapped, 'base64')[0]).toBe(2);
    expect((await vault.call(unwrapClientState, { ...owner, wrapped })).json).toEqual({ clientState });
  });

  it('stay shut for another tenant, another user and after any change of a byte', async () => {
    const wrapped = await wrap();
    const refused = async (body: object) =>
      expect((await vault.call(unwrapClientState, body)).code).toBe('CLIENT_STATE_INVALID');
    await refused({ ...owner, customer: 'other', wrapped });
    await refused({ ...owner, userId: 'B'.repeat(64), wrapped });
    const bytes = Buffer.from(wrapped, 'base64');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      await refused({ ...owner, wrapped: changed.toString('base64') });
    }
    for (const length of [0, 1, 2, 9, bytes.length - 1]) {
      await refused({ ...owner, wrapped: bytes.subarray(0, length).toString('base64') });
    }
    expect(vault.errors()).toEqual([]);
  });

  it('open under an older key of the list; the first one wraps', async () => {
    const key = (keyId: string, byte: number) => ({
      keyId,
      store: createFileDataKeyStore(new Uint8Array(32).fill(byte)),
    });
    const incidents = { clientStateKeyFailed: () => {} };
    const bytes = utf8ToBytes('state');
    const old = await createClientStates([key('old', 1)], incidents).wrap(bytes, owner);
    const rotated = createClientStates([key('new', 2), key('old', 1)], incidents);
    expect(await rotated.unwrap(old, owner)).toEqual(bytes);
    const fresh = await rotated.wrap(bytes, owner);
    await expect(createClientStates([key('old', 1)], incidents).unwrap(fresh, owner)).rejects.toMatchObject({
      code: 'CLIENT_STATE_INVALID',
    });
    // The same id over another key is another key.
    await expect(createClientStates([key('old', 3)], incidents).unwrap(old, owner)).rejects.toMatchObject({
      code: 'CLIENT_STATE_INVALID',
    });
  });

  it('wait for a wrapping key that is away, with a line and a count; without any the answer is the same', async () => {
    const away = () => Promise.reject(new Error('key service is away'));
    const store: DataKeyStore = { generate: away, open: away };
    const lines: string[] = [];
    const incidents = { clientStateKeyFailed: (operation: string) => void lines.push(operation) };
    const wrapped = await wrap();
    vault = await createAuthVaultFixture({
      clientStates: createClientStates([{ keyId: 'key-1', store }], incidents),
    });
    const unavailable = { status: 503, code: 'SERVICE_UNAVAILABLE' };
    expect(await vault.call(wrapClientState, { ...owner, clientState })).toMatchObject(unavailable);
    expect(await vault.call(unwrapClientState, { ...owner, wrapped })).toMatchObject(unavailable);
    expect(lines).toEqual(['wrap', 'unwrap']);
    vault = await createAuthVaultFixture({ clientStates: createClientStates([], incidents) });
    expect(await vault.call(wrapClientState, { ...owner, clientState })).toMatchObject(unavailable);
  });

  it('and their keys appear in no log line', async () => {
    const wrapped = await wrap();
    await vault.call(unwrapClientState, { ...owner, wrapped });
    const log = JSON.stringify(vault.lines);
    for (const secret of [clientState, wrapped, 'secret of a state']) expect(log).not.toContain(secret);
  });
});
