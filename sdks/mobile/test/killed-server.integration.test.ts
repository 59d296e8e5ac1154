import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendServices, startTestStack, type TestStack } from '@openrecognize/e2e';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyless, type KeylessInstance } from '../src/keyless.ts';
import { resultOf } from '../src/keyless-result.ts';
import { createNodePorts } from '../src/node/node-ports.ts';
import { BiomAuthConfig, BiomEnrollConfig } from '../src/operation-configs.ts';
import type { HttpAnswer, HttpRequest, NetworkingModule } from '../src/ports/networking-module.ts';
import { fakeAnalyzer, pictureOf } from './test-device.ts';

type ServiceName = (typeof backendServices)[number];

const circuits = { shared: 6, first: 3 };
/** Of the requests whose path it is, the first one meets a service that is killed meanwhile. */
const moments = {
  'the upload of an enrollment': /^\/v1\/enrollments\/[^/]+\/circuits$/,
  'the commit of an enrollment': /\/commit$/,
  'device auth': /^\/v1\/authentications$/,
  'user auth': /^\/v1\/authentications\/./,
  'a refill': /^\/v1\/users\//,
} as const;
type Moment = keyof typeof moments;
const isOfEnrollment = (moment: Moment): boolean => moment.endsWith('an enrollment');

const all = Object.keys(moments) as Moment[];
const lasting: readonly Moment[] = ['user auth', 'a refill'];
const cases: readonly (readonly [Moment, ServiceName])[] = [
  ...all.map((moment) => [moment, 'core-daemon'] as const),
  ['the commit of an enrollment', 'node-persistence'],
  ...lasting.flatMap((moment) =>
    (['node-persistence', 'circuit-storage', 'auth-vault'] as const).map((name) => [moment, name] as const),
  ),
];

let stack: TestStack;
let folder: string;

beforeAll(async () => {
  stack = await startTestStack();
  folder = await mkdtemp(join(tmpdir(), 'keyless-killed-'));
}, 120_000);
afterAll(async () => {
  await stack?.dispose();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Kills a service while a request is on its way, and leaves it down. */
const createStrike = (name: ServiceName, path: RegExp) => {
  let down: Promise<void> | undefined;
  let isArmed = false;
  return {
    arm: () => {
      isArmed = true;
    },
    /** Starts the service again. @throws Error when it was never killed: the moment did not come. */
    recover: async (): Promise<void> => {
      if (!down) throw new Error(`no request to ${path} came`);
      await down;
      await stack.startAgain(name);
      for (const service of backendServices) await stack.untilReady(service);
    },
    over: (network: NetworkingModule): NetworkingModule => ({
      sendHTTPRequest: async (request: HttpRequest): Promise<HttpAnswer> => {
        if (!isArmed || down || !path.test(request.path)) return network.sendHTTPRequest(request);
        const answer = network.sendHTTPRequest(request);
        stack.kill(name);
        down = stack.service(name).stop();
        return answer;
      },
    }),
  };
};

const openDevice = async (storePath: string, strike?: ReturnType<typeof createStrike>) => {
  const look = { at: 'ada' };
  const node = createNodePorts({
    camera: { capture: async () => [pictureOf(look.at)] },
    analyzer: fakeAnalyzer(),
    storePath,
  });
  const keyless = createKeyless({ ...node, network: strike?.over(node.network) ?? node.network });
  await keyless.configure({
    apiKey: stack.tenant.mobileApiKey,
    hosts: [stack.tenant.coreDaemonUrl],
    numberOfSharedCircuits: circuits.shared,
    numberOfEnrollmentCircuits: circuits.first,
  });
  return { keyless, look };
};

const usersOf = async (externalUserId: string): Promise<readonly { readonly userId: string }[]> => {
  const headers = { 'x-api-key': stack.tenant.secretApiKey };
  const path = `/v2/external-users/${encodeURIComponent(externalUserId)}/users`;
  return (await fetch(`${stack.urlOf('operations-service')}${path}`, { headers })).json() as never;
};

const enroll = (keyless: KeylessInstance, externalUserId: string) =>
  keyless.enroll(
    new BiomEnrollConfig({ operationInfo: { operationId: crypto.randomUUID(), externalUserId } }),
  );

/** The app is started anew and used as if nothing had happened. */
const goOn = async (storePath: string, externalUserId: string): Promise<void> => {
  const { keyless, look } = await openDevice(storePath);
  try {
    const active = await resultOf(keyless.validateUserAndDeviceActive());
    // Nobody is enrolled here: then the server knows nobody either, and nothing stands in the way.
    await active.fold({
      onSuccess: async () => undefined,
      onFailure: async ({ code }) => {
        expect(code).toBe(1131);
        await enroll(keyless, externalUserId);
      },
    });
    const jwtSigningInfo = { claimTransactionData: 'after' };
    const { signedJwt } = await keyless.authenticate(new BiomAuthConfig({ jwtSigningInfo }));
    expect(signedJwt).toBeTruthy();
    const report = await keyless.whenIdle();
    expect(report).toMatchObject({ stock: circuits.shared });
    expect(report).not.toHaveProperty('failure');
    expect(await usersOf(externalUserId)).toMatchObject([{ userId: await keyless.getUserId() }]);
    look.at = 'eve';
    const refused = keyless.authenticate(new BiomAuthConfig());
    await expect(refused).rejects.toMatchObject({ code: 30004, remainingAttempts: 4 });
  } finally {
    await keyless.close();
  }
};

describe('a device loses nothing, and its next call recovers,', () => {
  it.each(cases)(
    'when %s meets a killed %s',
    async (moment, name) => {
      const storePath = join(folder, `${moment} ${name}`.replaceAll(' ', '-'));
      const externalUserId = `${moment} ${name}`;
      const strike = createStrike(name, moments[moment]);
      const { keyless } = await openDevice(storePath, strike);
      if (isOfEnrollment(moment)) strike.arm();
      const enrolled = await resultOf(enroll(keyless, externalUserId));
      await keyless.whenIdle();
      if (!isOfEnrollment(moment)) {
        expect(enrolled.fold({ onSuccess: () => 'enrolled', onFailure: ({ code }) => String(code) })).toBe(
          'enrolled',
        );
        strike.arm();
        // Whether it got through is a matter of milliseconds.
        await resultOf(keyless.authenticate(new BiomAuthConfig()));
      }
      // The refill in the background settles, whatever happens to it.
      await keyless.close();
      await strike.recover();
      await goOn(storePath, externalUserId);
    },
    120_000,
  );
});
