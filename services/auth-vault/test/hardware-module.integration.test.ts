import { renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPkcs11SigningKey } from '../src/adapters/keys/pkcs11-signing-key.ts';
import { createPkcs11Token, type Pkcs11Token } from '../src/adapters/keys/pkcs11-token.ts';
import { trySigningKey } from '../src/commands/jwt-signer.ts';
import { describeJwtSigner } from './describe-jwt-signer.ts';
import { createSoftHsm, findSoftHsm, P384_OID, type SoftHsm } from './soft-hsm.ts';

const modulePath = findSoftHsm();

describe.skipIf(modulePath === undefined)('a hardware module', () => {
  let hsm: SoftHsm;
  const tokens: Pkcs11Token[] = [];
  const open = (changes: object = {}): Pkcs11Token => {
    const token = createPkcs11Token({ ...hsm.token, deadlineMs: 10_000, ...changes });
    tokens.push(token);
    return token;
  };
  beforeAll(async () => {
    hsm = createSoftHsm(modulePath!);
    await hsm.createKey('jwt');
    await hsm.createKey('p384', P384_OID);
    await hsm.createKey('twice');
    await hsm.createKey('twice');
  });
  afterAll(async () => {
    for (const token of tokens) await token.close();
    hsm?.remove();
  });

  it.each([
    ['PKCS11_TOKEN_LABEL', { tokenLabel: 'another' }, 'jwt'],
    ['PKCS11_PIN', { pin: 'wrong-pin' }, 'jwt'],
    ['PKCS11_MODULE_FILE', { modulePath: '/nowhere/module.so' }, 'jwt'],
    ['SIGNING_KEYS', {}, 'unknown'],
    ['SIGNING_KEYS', {}, 'twice'],
    ['SIGNING_KEYS', {}, 'p384'],
  ])('that does not fit %s is refused by the name of the variable', async (variable, changes, label) => {
    const token = open(changes);
    await expect(loadPkcs11SigningKey(token, label, 'k')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { variables: [variable] },
    });
    await token.close();
  });

  describeJwtSigner('a hardware module', async () => {
    const token = open();
    return { key: await loadPkcs11SigningKey(token, 'jwt', 'PIN/FACE'), close: token.close };
  });

  it('that is closed and asked again connects anew', async () => {
    const token = open();
    const key = await loadPkcs11SigningKey(token, 'jwt', 'k');
    await trySigningKey(key);
    await token.close();
    await trySigningKey(key);
    await token.close();
  });

  it('whose token disappears fails, and works again when it is back', async () => {
    const token = open();
    const key = await loadPkcs11SigningKey(token, 'jwt', 'k');
    await trySigningKey(key);
    renameSync(hsm.folder, `${hsm.folder}-away`);
    await token.close();
    await expect(key.sign(new Uint8Array(1))).rejects.toThrow();
    renameSync(`${hsm.folder}-away`, hsm.folder);
    await trySigningKey(key);
  });
});
