import {
  CameraError,
  type CameraPort,
  type FaceAnalyzerPort,
  type KeylessPorts,
  type LogCollector,
  type NetworkingModule,
  type ProtectionFinding,
  type SecureStorePort,
} from '@keyless/sdk-mobile';
import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { bitslicedAesBatch, createGarblingEngine } from '@openrecognize/garbled-circuits';
import type { KeylessDeviceModule } from './keyless-device-module.ts';
import { createNativeCrypto } from './native-crypto.ts';

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');

const cameraFailure = (cause: unknown): Error => {
  const code = codeOf(cause);
  if (code === 'user-cancelled') return new RecognizeError('USER_CANCELLED', { cause });
  const reason = code === 'camera-denied' ? 'denied' : 'unavailable';
  return new CameraError(reason, 'The camera gave no picture.', { cause });
};

const storeFailure = (cause: unknown): unknown => {
  const code = codeOf(cause);
  if (code === 'store-corrupt') return new RecognizeError('STORE_CORRUPT', { cause });
  return code === 'store-locked' ? new RecognizeError('STORE_LOCKED', { cause }) : cause;
};

const rethrown = async <T>(action: Promise<T>, failureOf: (cause: unknown) => unknown): Promise<T> => {
  try {
    return await action;
  } catch (cause) {
    throw failureOf(cause);
  }
};

const cameraOf = (device: KeylessDeviceModule): CameraPort => ({
  capture: async ({ purpose, delaySeconds, screen = {} }) => {
    const images = await rethrown(
      device.capture(purpose, delaySeconds, JSON.stringify(screen)),
      cameraFailure,
    );
    return images.map(base64ToBytes);
  },
});

const analyzerOf = (device: KeylessDeviceModule): FaceAnalyzerPort => {
  const { artifactFamily, artifactVersion, threshold } = device.getDeviceConstants();
  return {
    artifact: { family: artifactFamily, version: artifactVersion },
    threshold,
    environmentAwareness: (level) => {
      const awareness = device.environmentAwareness(level);
      return awareness === 'supported' || awareness === 'device-unsupported'
        ? awareness
        : 'level-unsupported';
    },
    analyze: async (images, scenario, liveness) => {
      const { code, triggeredFilters, isSpoofSuspected } = await device.analyze(
        images.map(bytesToBase64),
        scenario,
        liveness?.level ?? '',
        liveness?.environmentAware ?? false,
      );
      const facts = { triggeredFilters: [...triggeredFilters], isSpoofSuspected };
      return code === '' ? facts : { ...facts, code: base64ToBytes(code) };
    },
  };
};

const storeOf = (device: KeylessDeviceModule): SecureStorePort => ({
  read: async () => {
    const record = await rethrown(device.readRecord(), storeFailure);
    return record === '' ? undefined : base64ToBytes(record);
  },
  write: (record) => rethrown(device.writeRecord(bytesToBase64(record)), storeFailure),
  clear: () => rethrown(device.clearRecord(), storeFailure),
  // The store belongs to the app alone: there is nobody to hand it to.
  close: async () => {},
});

const networkOf = (device: KeylessDeviceModule): NetworkingModule => ({
  sendHTTPRequest: async ({ baseUrl, path, method, headers, body, timeoutMs }) => {
    const content = body === undefined ? '' : bytesToBase64(body);
    const answer = await device.sendHttpRequest(
      `${baseUrl}${path}`,
      method,
      JSON.stringify(headers),
      content,
      timeoutMs,
    );
    return { ...answer, responseBody: base64ToBytes(answer.responseBody) };
  },
});

const findings: readonly ProtectionFinding[] = [
  'genuine',
  'tampered',
  'not-genuine',
  'licence-expired',
  'initialization-failed',
];

/**
 * Ports of the device SDK over one native module. The engine is plain TypeScript: Hermes has no WebAssembly.
 *
 * @param logs what `keylessLogsConfiguration` leads to.
 */
export const createNativePorts = (device: KeylessDeviceModule, logs?: LogCollector): KeylessPorts => {
  const { platform, osVersion } = device.getDeviceConstants();
  return {
    camera: cameraOf(device),
    analyzer: analyzerOf(device),
    store: storeOf(device),
    network: networkOf(device),
    crypto: createNativeCrypto(device),
    engine: createGarblingEngine(bitslicedAesBatch),
    screens: {
      approveTransaction: (lines) => device.approveTransaction(JSON.stringify(lines)),
      showIntroduction: () => device.showIntroduction(),
      applyUI: (ui) => device.updateUI(JSON.stringify(ui)),
    },
    protection: {
      check: async () => {
        const found = await device.checkProtection();
        return findings.find((finding) => finding === found) ?? 'not-genuine';
      },
    },
    isOnline: () => device.isOnline(),
    ...(logs ? { logs } : {}),
    platform: platform === 'ios' ? 'ios' : 'android',
    osVersion: osVersion.slice(0, 64),
  };
};
