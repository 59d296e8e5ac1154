import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSelfSignedCertificate } from './self-signed-certificate.ts';

/** An integrator's backend or identity provider: it signs tokens, and publishes its keys and what it is called. */
export interface TokenIssuer {
  /** Of the key set, over https. */
  readonly jwksUri: string;
  /** Of the discovery document of the realm that `iss` of its tokens names. */
  readonly openidConfigurationUrl: string;
  /** PEM of what its certificate is trusted by. */
  readonly authorityFile: string;
  /** A token for a user that counts now; claims and header may be changed, and the key replaced by an unknown one. */
  tokenFor(username: string, changes?: TokenChanges): string;
  close(): Promise<void>;
}

export interface TokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs with a key that is not in the set. */
  readonly isForged?: boolean;
}

const LIFETIME_SECONDS = 300;
const discoveryPath = '/.well-known/openid-configuration';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const startTokenIssuer = async (): Promise<TokenIssuer> => {
  const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = newKeys();
  const stranger = newKeys();
  const kid = randomUUID();
  const keySet = { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] };
  const { key, certificate } = createSelfSignedCertificate('token issuer');
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const document = request.url === `/realms/acme${discoveryPath}` ? discovery() : keySet;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/realms/acme`;
  const jwksUri = `${origin}/jwks.json`;
  const discovery = () => ({ issuer, jwks_uri: jwksUri });
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-issuer-'));
  const authorityFile = join(folder, 'authority.pem');
  await writeFile(authorityFile, certificate);
  return {
    jwksUri,
    openidConfigurationUrl: `${issuer}${discoveryPath}`,
    authorityFile,
    tokenFor: (username, { claims = {}, header = {}, isForged = false } = {}) => {
      const iat = Math.floor(Date.now() / 1_000);
      const usual = {
        iss: issuer,
        sub: username,
        aud: 'authentication-service',
        iat,
        exp: iat + LIFETIME_SECONDS,
      };
      const signed = `${part({ alg: 'ES256', kid, ...header })}.${part({ ...usual, jti: randomUUID(), ...claims })}`;
      const { privateKey } = isForged ? stranger : own;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
