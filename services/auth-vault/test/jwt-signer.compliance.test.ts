import { startFakeKms } from '@openrecognize/testing';
import { loadFileSigningKey } from '../src/adapters/keys/file-signing-key.ts';
import { createKmsGateway } from '../src/adapters/keys/kms-gateway.ts';
import { loadKmsSigningKey } from '../src/adapters/keys/kms-signing-key.ts';
import { writeSigningKey } from './auth-vault-fixture.ts';
import { describeJwtSigner } from './describe-jwt-signer.ts';

const keyId = 'PIN/FACE';

describeJwtSigner('a key file', async () => {
  const file = await writeSigningKey();
  const key = await loadFileSigningKey(file.path, keyId, 'SIGNING_KEYS');
  return { key, close: file.remove };
});

describeJwtSigner('a key service', async () => {
  const kms = await startFakeKms();
  kms.createKey('ECC_NIST_P256', { alias: 'jwt' });
  const gateway = createKmsGateway({ ...kms.clientConfig, deadlineMs: 20_000, maxAttempts: 2 });
  const key = await loadKmsSigningKey(gateway, 'alias/jwt', keyId, 'SIGNING_KEYS');
  return {
    key,
    async close() {
      gateway.close();
      await kms.stop();
    },
  };
});
