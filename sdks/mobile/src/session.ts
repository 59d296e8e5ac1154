import { utf8ToBytes } from '@openrecognize/bytes';
import {
  type Clock,
  createNetworkDeviceTransport,
  type DeviceTransport,
  type SendRequest,
  type Wait,
  waitOnTimer,
} from '@openrecognize/clients/device';
import type { NativePlatform } from '@openrecognize/contracts';
import type { ClientTools } from '@openrecognize/zkb/client';
import { createDeviceRecordStore, type DeviceRecordStore } from './device-record.ts';
import type { KeylessPorts } from './ports/keyless-ports.ts';
import type { NetworkingModule } from './ports/networking-module.ts';
import type { CheckedSetup } from './setup-config.ts';

/** What operations work with. `setup` and `transport` exist from `configure` on. */
export interface DeviceContext {
  readonly ports: KeylessPorts;
  readonly platform: NativePlatform;
  readonly tools: ClientTools;
  readonly records: DeviceRecordStore;
  readonly now: Clock;
  readonly wait: Wait;
}

/** A configured SDK. */
export interface Session extends DeviceContext {
  readonly setup: CheckedSetup;
  readonly transport: DeviceTransport;
}

export const createDeviceContext = (ports: KeylessPorts): DeviceContext => ({
  ports,
  platform: ports.platform ?? 'android',
  tools: { suite: ports.crypto.suite, engine: ports.engine, random: ports.crypto.random },
  records: createDeviceRecordStore(ports.store),
  now: ports.now ?? Date.now,
  wait: ports.wait ?? waitOnTimer,
});

const sendThrough =
  (network: NetworkingModule): SendRequest =>
  async (request) => {
    const answer = await network.sendHTTPRequest(request);
    if (answer.errorCode !== 0) throw new Error(`networking module: error ${answer.errorCode}`);
    const { responseBody } = answer;
    const body = typeof responseBody === 'string' ? utf8ToBytes(responseBody) : responseBody;
    return { status: answer.httpCode, body };
  };

export const createSession = (context: DeviceContext, setup: CheckedSetup): Session => ({
  ...context,
  setup,
  transport: createNetworkDeviceTransport({
    hosts: setup.hosts,
    apiKey: setup.apiKey,
    send: sendThrough(setup.networkingModule ?? context.ports.network),
  }),
});
