import { randomBytes } from 'node:crypto';
import { KeylessError } from '@keyless/sdk-web';
import { registerDemoTenant } from '@openrecognize/all-in-one';
import { updateTenantSettings } from '@openrecognize/contracts';
import { closeCodeOf, WEB_SESSION_ERROR_CODES, type WebSessionErrorCode } from '@openrecognize/contracts/ws';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVOCATIONS } from '../../../sdks/web/test/error-provocations.ts';
import { createLiveClient, type LiveClient, type LiveVerdict, outcomeOf, portraitOf } from './live-client.ts';
import { browserObstacle, startWebStack, type WebStack } from './web-stack.ts';

if (browserObstacle) console.warn(`skipped: each code of the live service (${browserObstacle})`);

const patienceMs = 180_000;

/** The table is whole even where nothing of it can run. */
describe('the codes of the SDK', () => {
  it('have a way each: in a page, and those of the server from the live service too', () => {
    expect(Object.keys(PROVOCATIONS).sort()).toEqual(Object.values(KeylessError).sort());
    expect([...WEB_SESSION_ERROR_CODES].sort()).toEqual(
      Object.values(KeylessError)
        .filter((code) => code.startsWith('SERVER_'))
        .sort(),
    );
    expect(Object.keys(live).sort()).toEqual([...WEB_SESSION_ERROR_CODES].sort());
  });
});

interface Scene {
  readonly web: WebStack;
  readonly client: LiveClient;
  sql(text: string, values: readonly unknown[]): Promise<void>;
}

/** What leads to each code; a code without a way would not compile. */
const live: Readonly<Record<WebSessionErrorCode, (scene: Scene) => Promise<LiveVerdict>>> = {
  SERVER_CUSTOMER_NOT_FOUND: ({ client }) => client.attempt('ann', [], { customer: { name: 'unheard-of' } }),
  SERVER_USER_NOT_FOUND: ({ client }) => client.attempt('nobody', []),
  SERVER_USER_ALREADY_ENROLLED: ({ client }) => client.attempt('ann', [], { flow: 'enroll' }),
  SERVER_FACE_DOES_NOT_MATCH: async ({ client }) => client.attempt('ann', await portraitOf('blonde')),
  SERVER_RECOGNITION_FAILED: async ({ client }) =>
    client.attempt('still', (await portraitOf('laughing')).slice(0, 1), { flow: 'enroll' }),
  SERVER_USER_LOCKED_OUT: async ({ client, web }) => {
    await web.setTenant({ lockoutFailures: 1 });
    const impostor = await portraitOf('blonde');
    await client.attempt('zoe', impostor);
    const locked = await client.attempt('zoe', impostor);
    await web.setTenant({ lockoutFailures: 5 });
    return locked;
  },
  SERVER_NO_ATTEMPTS_LEFT: async ({ client, sql }) => {
    await sql(
      `DELETE FROM circuit_storage.circuits WHERE device_no IN (SELECT device_no FROM circuit_storage.devices
         JOIN node_persistence.users USING (user_id) WHERE external_user_id = $1)`,
      ['lin'],
    );
    return client.attempt('lin', []);
  },
  SERVER_FORBIDDEN: async ({ client, web }) => {
    await askForAuthorization(web);
    return client.attempt('ann', [], { customer: { name: 'other' } });
  },
  SERVER_TIMEOUT: async ({ client }) => {
    const connection = await client.connect();
    const token = randomBytes(32).toString('base64url');
    connection.send({ type: 'join', version: 1, token, key: client.newKey().message, encoding: 'jpeg' });
    return client.end(connection);
  },
  SERVER_UNAVAILABLE_SERVICE: async ({ client, web }) => {
    await web.stack.service('node-persistence').stop();
    const refused = await client.attempt('ann', []);
    await web.stack.startAgain('node-persistence');
    return refused;
  },
  SERVER_IMAGE_ENCRYPT_FAILED: async ({ client }) => {
    const connection = await client.open('ann');
    await connection.expect('begin-stream');
    const [picture] = await portraitOf('laughing');
    connection.frame(picture as NonNullable<typeof picture>, {
      damage: (message) => message.fill(0, message.length - 1),
    });
    return client.end(connection);
  },
  SERVER_INTERNAL_ERROR: async ({ client, sql }) => {
    // The object store gives other bytes than were recorded.
    await sql(
      `UPDATE circuit_storage.circuits SET payload_sha256 = $2 WHERE device_no IN (SELECT device_no
         FROM circuit_storage.devices JOIN node_persistence.users USING (user_id) WHERE external_user_id = $1)`,
      ['max', randomBytes(32)],
    );
    return client.attempt('max', await portraitOf('laughing'));
  },
  SERVER_UNPROCESSABLE_EVENT: async ({ client }) => {
    const connection = await client.open('ann');
    await connection.expect('begin-stream');
    connection.hello(client.wish('ann'), client.newKey());
    return client.end(connection);
  },
  SERVER_VALIDATION_FAILED: async ({ client }) => {
    const connection = await client.connect();
    connection.sendRaw('{"type":"hello"}');
    return client.end(connection);
  },
};

/** A second tenant, whose own identity provider vouches for its users. */
const askForAuthorization = async ({ stack }: WebStack): Promise<void> => {
  const newKey = (): string => randomBytes(32).toString('base64url');
  const apiKeys = { mobile: newKey(), secret: newKey(), download: newKey() };
  const { serviceKey } = stack.secrets;
  await registerDemoTenant(stack.urlOf('node-persistence'), 'other', { serviceKey, apiKeys });
  const url = `${stack.urlOf('operations-service')}${updateTenantSettings.path}`;
  const headers = { 'x-api-key': apiKeys.secret, 'content-type': 'application/json' };
  const { version } = (await (await fetch(url, { headers })).json()) as { version: number };
  const changes = {
    userAuthorizationType: 'RemoteJWKSet',
    userAuthorizationJwksUri: 'https://127.0.0.1:1/jwks.json',
  };
  const answer = await fetch(url, {
    method: updateTenantSettings.method,
    headers,
    body: JSON.stringify({ version, changes }),
  });
  expect(answer.status).toBe(200);
};

describe.skipIf(browserObstacle !== null)('the live service', () => {
  let web: WebStack;
  let scene: Scene;
  let database: pg.Client;
  beforeAll(async () => {
    web = await startWebStack({ WEB_MAX_FRAMES: '6' });
    database = new pg.Client({ connectionString: web.stack.postgres.url });
    await database.connect();
    const client = createLiveClient(web.address);
    scene = {
      web,
      client,
      sql: async (text, values) => {
        const { rowCount } = await database.query(text, [...values]);
        expect(rowCount).toBeGreaterThan(0);
      },
    };
    const pictures = await portraitOf('laughing');
    for (const name of ['ann', 'zoe', 'lin', 'max']) {
      expect(outcomeOf(await client.attempt(name, pictures, { flow: 'enroll' }))).toBe('finished');
    }
  }, patienceMs);
  afterAll(async () => {
    await database?.end();
    await web?.dispose();
  });

  it.each(WEB_SESSION_ERROR_CODES)(
    'says %s and closes with the code of its kind',
    { timeout: patienceMs },
    async (code) => {
      const ended = await live[code](scene);
      expect(outcomeOf(ended)).toBe(code);
      expect(ended.closeCode).toBe(closeCodeOf(code));
    },
  );
});
