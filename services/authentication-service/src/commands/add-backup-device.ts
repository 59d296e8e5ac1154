import type { BiometricCode } from '@openrecognize/biometrics';
import { bytesToBase64, wipe } from '@openrecognize/bytes';
import type { DeviceTransport } from '@openrecognize/clients/device';
import { commitEnrollment, limits, uploadEnrollmentCircuits } from '@openrecognize/contracts';
import {
  type ClientTools,
  completeEnrollment,
  encodeClientState,
  type OpenEnrollment,
  openEnrollment,
  type PreparedEnrollment,
  prepareEnrollment,
  wipeClientState,
} from '@openrecognize/zkb/client';
import {
  commitEnrollmentSigningInput,
  encodeCircuitBatch,
  uploadCircuitsSigningInput,
} from '@openrecognize/zkb/messages';
import { type DeviceKey, generateDeviceKey } from '@openrecognize/zkb/node';
import type { Backend, BackendContext } from '../ports/backend.ts';
import { serviceVersion } from '../version.ts';
import type { WebUserIdentity } from './web-user-store.ts';

export interface AddBackupDeviceOptions {
  readonly backend: Backend;
  readonly tools: ClientTools;
  readonly circuitCount: number;
  /** Greatest Hamming distance that is a match. */
  readonly threshold: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const enrollmentTtlSeconds = 600;

const open = async (
  { backend }: AddBackupDeviceOptions,
  { tenantId }: WebUserIdentity,
  prepared: PreparedEnrollment,
  key: DeviceKey,
  context: BackendContext,
): Promise<OpenEnrollment> => {
  const { userId, deviceId, artifact, codeBits, threshold, epoch } = prepared.state;
  const device = {
    tenantId,
    userId,
    deviceId,
    publicSigningKey: bytesToBase64(key.publicSigningKey),
    deviceType: 'BACKUP',
    deviceOrigin: 'WEB',
    sdkVersion: serviceVersion,
    artifact: { family: artifact.family, version: artifact.version },
    codeBits,
    threshold,
    epoch,
    sealedTemplate: bytesToBase64(prepared.sealedTemplate),
    ttlSeconds: enrollmentTtlSeconds,
  } as const;
  return openEnrollment(prepared, await backend.openFurtherDevice(device, context));
};

const upload = async (
  { tools }: AddBackupDeviceOptions,
  transport: DeviceTransport,
  { enrollmentId, circuits }: OpenEnrollment,
  key: DeviceKey,
): Promise<void> => {
  for (let start = 0; start < circuits.length; start += limits.maxCircuitsPerUpload) {
    const body = encodeCircuitBatch({ circuits: circuits.slice(start, start + limits.maxCircuitsPerUpload) });
    const signature = key.sign(uploadCircuitsSigningInput(tools.suite, enrollmentId, body));
    const headers = { 'x-device-signature': bytesToBase64(signature) };
    try {
      await transport.call(uploadEnrollmentCircuits, { params: { enrollmentId }, headers, body });
    } finally {
      wipe(body);
    }
  }
};

const commit = async (
  { tools, now }: AddBackupDeviceOptions,
  transport: DeviceTransport,
  { enrollmentId }: OpenEnrollment,
  key: DeviceKey,
) => {
  const freshness = { timestampMs: Math.floor(now()), requestNonce: tools.random(16) };
  const body = {
    timestampMs: freshness.timestampMs,
    requestNonce: bytesToBase64(freshness.requestNonce),
    signature: bytesToBase64(key.sign(commitEnrollmentSigningInput(enrollmentId, freshness))),
  };
  return transport.call(commitEnrollment, { params: { enrollmentId }, body });
};

/**
 * Adds a backup device to an existing user while their face is there: key, ratchet, sealed template and circuits of
 * its own, nothing of the user's other devices. It is opened at the database in the name of this service, which
 * answers for the face; circuits and commit go to the core-daemon, which checks the device's own signatures.
 *
 * @param code not modified, not retained.
 * @returns the encoded client state of the device, owned by the caller, who wipes it.
 * @throws RecognizeError MAX_NUMBER_OF_DEVICES_REACHED; those of the core-daemon and node-persistence
 */
export const addBackupDevice = async (
  options: AddBackupDeviceOptions,
  user: WebUserIdentity,
  code: BiometricCode,
  context: BackendContext,
): Promise<Uint8Array> => {
  const { backend, tools, circuitCount, threshold } = options;
  const key = generateDeviceKey();
  const { family, version } = code.artifact;
  const prepared = prepareEnrollment(tools, {
    code: code.bits,
    artifact: { family, version },
    threshold,
    publicSigningKey: key.publicSigningKey,
    circuitCount,
    userId: user.userId,
  });
  const privateKey = key.exportPrivateKey();
  try {
    const transport = backend.deviceTransport(user.customer, context);
    const opened = await open(options, user, prepared, key, context);
    await upload(options, transport, opened, key);
    const { state } = completeEnrollment(opened, await commit(options, transport, opened, key));
    return encodeClientState({ state, privateKey });
  } finally {
    wipe(privateKey);
    wipeClientState(prepared.state);
    for (const { payload, tokenHash } of prepared.circuits) wipe(payload, ...(tokenHash ? [tokenHash] : []));
  }
};
