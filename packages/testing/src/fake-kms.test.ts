import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeKms, startFakeKms } from './fake-kms.ts';

let kms: FakeKms;
beforeEach(async () => {
  kms = await startFakeKms();
});
afterEach(() => kms.stop());

const call = async (operation: string, body: object, accessKeyId = kms.credentials.accessKeyId) => {
  const response = await fetch(kms.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-central-1/kms/aws4_request`,
    },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as Record<string, string>;
  return { status: response.status, json, type: json['__type'] };
};

describe('the key service in memory', () => {
  it('signs a digest, or a message it hashes itself, with DER signatures of the published key', async () => {
    const KeyId = kms.createKey('ECC_NIST_P256', { alias: 'jwt' });
    const message = Buffer.from('message');
    const key = createPublicKey({ key: Buffer.from(kms.publicKeyOf(KeyId)), format: 'der', type: 'spki' });
    const SigningAlgorithm = 'ECDSA_SHA_256';
    const digest = createHash('sha256').update(message).digest();
    for (const request of [
      { KeyId: 'alias/jwt', Message: digest.toString('base64'), MessageType: 'DIGEST', SigningAlgorithm },
      { KeyId, Message: message.toString('base64'), SigningAlgorithm },
    ]) {
      const { json } = await call('Sign', request);
      expect(verify('sha256', message, key, Buffer.from(json['Signature'] ?? '', 'base64'))).toBe(true);
    }
  });

  it('opens a data key for its own context alone, whatever its order', async () => {
    const KeyId = kms.createKey('SYMMETRIC_DEFAULT');
    const { json } = await call('GenerateDataKey', {
      KeyId,
      KeySpec: 'AES_256',
      EncryptionContext: { a: '1', b: '2' },
    });
    const CiphertextBlob = json['CiphertextBlob'];
    const opened = await call('Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });
    expect(opened.json['Plaintext']).toBe(json['Plaintext']);
    expect((await call('Decrypt', { CiphertextBlob, EncryptionContext: { a: '1' } })).type).toBe(
      'InvalidCiphertextException',
    );
    const other = kms.createKey('SYMMETRIC_DEFAULT');
    expect((await call('Decrypt', { KeyId: other, CiphertextBlob })).type).toBe('IncorrectKeyException');
  });

  it('opens by RSA-OAEP what was encrypted to the public key', async () => {
    const KeyId = kms.createKey('RSA_2048');
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256';
    const Plaintext = Buffer.from('an image key').toString('base64');
    const { json } = await call('Encrypt', { KeyId, EncryptionAlgorithm, Plaintext });
    const request = { KeyId, EncryptionAlgorithm, CiphertextBlob: json['CiphertextBlob'] };
    expect((await call('Decrypt', request)).json['Plaintext']).toBe(Plaintext);
  });

  it('refuses like the real one', async () => {
    const KeyId = kms.createKey('ECC_NIST_P256');
    const request = { KeyId, Message: 'AA==', SigningAlgorithm: 'ECDSA_SHA_256' };
    expect((await call('Sign', { ...request, KeyId: 'alias/none' })).type).toBe('NotFoundException');
    expect((await call('Sign', request, 'STRANGER')).type).toBe('UnrecognizedClientException');
    expect((await call('Decrypt', { CiphertextBlob: 'AA==' })).type).toBe('InvalidCiphertextException');
    expect((await call('GenerateDataKey', { KeyId })).type).toBe('InvalidKeyUsageException');
    kms.setEnabled(KeyId, false);
    expect((await call('Sign', request)).type).toBe('DisabledException');
  });

  it('fails when told to, as often as told, for the operation told', async () => {
    const KeyId = kms.createKey('ECC_NIST_P256');
    kms.fail('throttling', { operation: 'Sign', times: 1 });
    expect((await call('GetPublicKey', { KeyId })).status).toBe(200);
    const request = { KeyId, Message: 'AA==', SigningAlgorithm: 'ECDSA_SHA_256' };
    expect((await call('Sign', request)).type).toBe('ThrottlingException');
    expect((await call('Sign', request)).status).toBe(200);
    kms.fail('internal-error');
    expect((await call('Sign', request)).status).toBe(500);
    kms.recover();
    expect((await call('Sign', request)).status).toBe(200);
    kms.fail('reset', { times: 1 });
    await expect(call('Sign', request)).rejects.toThrow();
    expect(kms.calls.filter(({ operation }) => operation === 'Sign')).toHaveLength(5);
  });
});
