import { utf8ToBytes } from '@openrecognize/bytes';
import {
  type Clock,
  createNetworkDeviceTransport,
  type DeviceTransport,
  type SendRequest,
  type Wait,
  waitOnTimer,
} from '@openrecognize/clients/device';
import { isRecognizeError, type NativePlatform } from '@openrecognize/contracts';
import type { ClientTools } from '@openrecognize/zkb/client';
import { createDeviceRecordStore, type DeviceRecordStore } from './device-record.ts';
import type { KeylessPorts } from './ports/keyless-ports.ts';
import type { NetworkingModule } from './ports/networking-module.ts';
import { createSdkLog, type SdkLog } from './sdk-log.ts';
import type { CheckedSetup } from './setup-config.ts';

/** What operations work with. `setup` and `transport` exist from `configure` on. */
export interface DeviceContext {
  readonly ports: KeylessPorts;
  readonly platform: NativePlatform;
  readonly tools: ClientTools;
  readonly records: DeviceRecordStore;
  readonly log: SdkLog;
  readonly now: Clock;
  readonly wait: Wait;
}

/** A configured SDK. */
export interface Session extends DeviceContext {
  readonly setup: CheckedSetup;
  readonly transport: DeviceTransport;
}

export const createDeviceContext = (ports: KeylessPorts): DeviceContext => {
  const now = ports.now ?? Date.now;
  return {
    ports,
    platform: ports.platform ?? 'android',
    tools: { suite: ports.crypto.suite, engine: ports.engine, random: ports.crypto.random },
    records: createDeviceRecordStore(ports.store),
    log: createSdkLog(ports.logs, now),
    now,
    wait: ports.wait ?? waitOnTimer,
  };
};

const sendThrough =
  (network: NetworkingModule): SendRequest =>
  async (request) => {
    const answer = await network.sendHTTPRequest(request);
    if (answer.errorCode !== 0) throw new Error(`networking module: error ${answer.errorCode}`);
    const { responseBody } = answer;
    const body = typeof responseBody === 'string' ? utf8ToBytes(responseBody) : responseBody;
    return { status: answer.httpCode, body };
  };

/** Paths are logged as the contract has them, without the ids in them. */
const loggingTransport = (inner: DeviceTransport, { log, now }: DeviceContext): DeviceTransport => ({
  ...inner,
  call: async (endpoint, input) => {
    const startMs = now();
    const fields = { method: endpoint.method, path: endpoint.path };
    try {
      const answer = await inner.call(endpoint, input);
      log.write('DEBUG', 'request', { ...fields, durationMs: now() - startMs });
      return answer;
    } catch (error) {
      const code = isRecognizeError(error) ? error.code : 'UNKNOWN_ERROR';
      log.write('DEBUG', 'request-failed', { ...fields, durationMs: now() - startMs, code });
      throw error;
    }
  },
});

export const createSession = (context: DeviceContext, setup: CheckedSetup): Session => {
  const transport = createNetworkDeviceTransport({
    hosts: setup.hosts,
    apiKey: setup.apiKey,
    send: sendThrough(setup.networkingModule ?? context.ports.network),
  });
  return { ...context, setup, transport: loggingTransport(transport, context) };
};
