import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToBase64 } from '@openrecognize/bytes';
import type { EndpointShape } from '@openrecognize/contracts';
import { createService } from '@openrecognize/service-kit';
import { deriveDeviceId, deriveUserId } from '@openrecognize/zkb/messages';
import { createDeviceKeyCache, generateDeviceKey, nodeCryptoSuite } from '@openrecognize/zkb/node';
import { createFileDataKeyStore } from '../src/adapters/keys/file-data-key-store.ts';
import { loadFileSigningKey } from '../src/adapters/keys/file-signing-key.ts';
import { createServiceIncidents } from '../src/adapters/service-incidents.ts';
import { type ClientStates, createClientStates } from '../src/commands/client-states.ts';
import { createJwtSigner } from '../src/commands/jwt-signer.ts';
import { createRefillTickets } from '../src/commands/refill-tickets.ts';
import type { JwtSigner } from '../src/ports/jwt-signer.ts';
import { mountAuthVault } from '../src/server.ts';
import { createFakeNodePersistence } from './fakes/fake-node-persistence.ts';

export const serviceKey = 'a-service-key-of-the-tests';

/** A folder with a P-256 key in a PEM file. */
export const writeSigningKey = async (namedCurve = 'P-256') => {
  const folder = await mkdtemp(join(tmpdir(), 'auth-vault-'));
  const path = join(folder, 'signing-key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  await writeFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return { path, remove: () => rm(folder, { recursive: true }) };
};

export const createDevice = () => {
  const key = generateDeviceKey();
  return {
    userId: deriveUserId(nodeCryptoSuite, key.publicSigningKey),
    deviceId: deriveDeviceId(nodeCryptoSuite, key.publicSigningKey),
    publicSigningKey: bytesToBase64(key.publicSigningKey),
    sign: (message: Uint8Array) => bytesToBase64(key.sign(message)),
  };
};

/** The vault over a fake node-persistence, with its log lines and a clock at hand. */
export const createAuthVaultFixture = async (
  replaced: { readonly signer?: JwtSigner; readonly clientStates?: ClientStates } = {},
) => {
  const file = await writeSigningKey();
  const signingKey = await loadFileSigningKey(file.path, 'PIN/FACE', 'SIGNING_KEY_FILE');
  await file.remove();
  const lines: Record<string, unknown>[] = [];
  const service = await createService({
    name: 'auth-vault',
    logging: { stream: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  const fake = createFakeNodePersistence();
  const clock = { nowMs: 1_800_000_000_000 };
  const now = () => clock.nowMs;
  const tickets = createRefillTickets(signingKey.deriveRefillTicketKey(), 120, now);
  const incidents = createServiceIncidents(service);
  const clientStateKeys = [{ keyId: 'key-1', store: createFileDataKeyStore(new Uint8Array(32).fill(1)) }];
  mountAuthVault(service, serviceKey, {
    persistence: fake.persistence,
    signer: replaced.signer ?? createJwtSigner({ current: signingKey, now }),
    tickets,
    deviceKeys: createDeviceKeyCache(10),
    clientStates: replaced.clientStates ?? createClientStates(clientStateKeys, incidents),
    incidents,
    now,
  });
  return {
    ...fake,
    service,
    clock,
    lines,
    tickets,
    /** Lines of level error. */
    errors: () => lines.filter(({ level }) => level === 'error').map(({ msg }) => msg),
    async call(endpoint: EndpointShape, body?: unknown, key = serviceKey) {
      const response = await service.app.inject({
        method: endpoint.method,
        url: endpoint.path,
        headers: { authorization: `Bearer ${key}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const json = response.body === '' ? undefined : response.json();
      return { status: response.statusCode, json, code: json?.error?.code as string | undefined };
    },
  };
};
