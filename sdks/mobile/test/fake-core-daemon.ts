import { generateKeyPairSync, randomUUID } from 'node:crypto';
import {
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  constantTimeEqual,
  utf8ToBytes,
} from '@openrecognize/bytes';
import {
  type BeginAuthenticationRequest,
  type BeginEnrollmentRequest,
  type CoreErrorCode,
  FinishAuthenticationHeader,
  isRecognizeError,
  lockoutDefaults,
  RecognizeError,
} from '@openrecognize/contracts';
import { createGarblingEngine, decodeHammingPayload } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import {
  beginAuthenticationSigningInput,
  beginEnrollmentSigningInput,
  commitEnrollmentSigningInput,
  decodeUserAuthentication,
  deriveDeviceId,
  deriveUserId,
  deviceStatusSigningInput,
  matchTokenOf,
  uploadCircuitsSigningInput,
} from '@openrecognize/zkb/messages';
import { nodeRandom, nodeCryptoSuite as suite, verifyDeviceSignatureBytes } from '@openrecognize/zkb/node';
import {
  attemptAdmitted,
  checkRefillTicket,
  checkUpload,
  circuitConsumed,
  claimAuthentication,
  evaluateConsumed,
  issueRefillTicket,
  ProtocolError,
  signatureAccepted,
} from '@openrecognize/zkb/server';
import { Value } from 'typebox/value';
import { createDeviceChanges } from './fake-device-changes.ts';
import {
  type EndpointName,
  type FakeAnswer,
  type FakeRequest,
  matchEndpoint,
  refuse,
  signJwt,
} from './fake-endpoint.ts';

interface FakeCircuit {
  state: 'ready' | 'reserved' | 'consumed';
  payload: Uint8Array;
  payloadSha256: Uint8Array;
  tokenHash: Uint8Array | undefined;
  authenticationId?: string;
  serverNonce?: Uint8Array;
  requestNonce?: string;
}

interface FakeDevice {
  readonly enrollmentId: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly request: BeginEnrollmentRequest;
  isCommitted: boolean;
  readonly circuits: Map<number, FakeCircuit>;
}

interface FakeUser {
  failuresMs: number[];
  lockedUntilMs: number;
}

/** Whole core-daemon with all its services in one object: state in maps, the real protocol, a clock of its own. */
export const createFakeCoreDaemon = (options: { readonly targetCircuitCount?: number } = {}) => {
  const targetCircuitCount = options.targetCircuitCount ?? 25;
  const engine = createGarblingEngine(nodeAesBatch);
  const ticketKey = nodeRandom(32);
  const { privateKey: jwtKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const devices = new Map<string, FakeDevice>();
  const users = new Map<string, FakeUser>();
  /** SHA-256 of the labels ever received, by device and index. */
  const receivedLabels = new Map<string, Set<string>>();
  const calls: EndpointName[] = [];
  const clock = { nowMs: Date.now() };
  /** Thrown by the endpoint of that name instead of its work, once. */
  const nextFailures = new Map<EndpointName, CoreErrorCode>();
  const mobileApiKey = 'mobile-key-of-tests';

  const checkSigned = (
    publicSigningKey: string,
    request: { timestampMs: number; requestNonce: string; signature: string },
    inputOf: (freshness: { timestampMs: number; requestNonce: Uint8Array }) => Uint8Array,
  ): void => {
    if (Math.abs(request.timestampMs - clock.nowMs) > 300_000) refuse('REQUEST_EXPIRED');
    const freshness = { timestampMs: request.timestampMs, requestNonce: base64ToBytes(request.requestNonce) };
    checkSignature(publicSigningKey, inputOf(freshness), request.signature);
  };

  const checkSignature = (publicSigningKey: string, input: Uint8Array, signature: string): void => {
    const key = base64ToBytes(publicSigningKey);
    if (!verifyDeviceSignatureBytes(key, input, base64ToBytes(signature))) refuse('SIGNATURE_INVALID');
  };

  const activeDevice = (userId: string, deviceId: string): FakeDevice => {
    if (!users.has(userId)) refuse('USER_NOT_FOUND');
    const device = devices.get(deviceId);
    if (!device?.isCommitted || device.userId !== userId) return refuse('DEVICE_NOT_FOUND');
    return device;
  };

  const stockOf = (device: FakeDevice): number =>
    [...device.circuits.values()].filter(({ state }) => state === 'ready').length;
  const nextFreeIndexOf = (device: FakeDevice): number => Math.max(-1, ...device.circuits.keys()) + 1;
  const grantOf = (device: FakeDevice) => ({
    fromIndex: nextFreeIndexOf(device),
    count: Math.max(0, targetCircuitCount - stockOf(device)),
  });
  const refillOf = ({ userId, deviceId }: FakeDevice, grant: { fromIndex: number; count: number }) => ({
    ...grant,
    ticket: issueRefillTicket(suite, ticketKey, {
      userId,
      deviceId,
      ...grant,
      expiresAtMs: clock.nowMs + 120_000,
    }),
  });

  const lockoutSecondsOf = (userId: string): number =>
    Math.max(0, Math.ceil((users.get(userId)!.lockedUntilMs - clock.nowMs) / 1000));
  const store = (device: FakeDevice, body: Uint8Array) => {
    const { codeBits, threshold } = device.request;
    const { batch } = checkUpload(body, { codeBits, threshold }, decodeHammingPayload);
    for (const { circuitIndex, payload, tokenHash } of batch.circuits) {
      const payloadSha256 = suite.sha256(payload);
      const present = device.circuits.get(circuitIndex);
      if (present && !constantTimeEqual(present.payloadSha256, payloadSha256)) refuse('CONFLICT');
      if (present) continue;
      device.circuits.set(circuitIndex, {
        state: 'ready',
        payload: payload.slice(),
        payloadSha256,
        tokenHash: tokenHash?.slice(),
      });
    }
    return { stored: batch.circuits.length, stock: stockOf(device) };
  };

  const byEnrollment = (enrollmentId: string): FakeDevice =>
    [...devices.values()].find((device) => device.enrollmentId === enrollmentId) ??
    refuse('ENROLLMENT_NOT_FOUND');

  const begin = (request: BeginEnrollmentRequest, memberOf?: string) => {
    const key = base64ToBytes(request.publicSigningKey);
    const deviceId = deriveDeviceId(suite, key);
    const userId = memberOf ?? deriveUserId(suite, key);
    const { artifact, operationInfo } = request;
    checkSigned(request.publicSigningKey, request, (freshness) =>
      beginEnrollmentSigningInput(
        suite,
        {
          ...request,
          publicSigningKey: key,
          artifactFamily: artifact.family,
          artifactVersion: artifact.version,
          sealedTemplate: base64ToBytes(request.sealedTemplate),
          operationId: operationInfo?.operationId,
          operationPayload: operationInfo?.payload,
        },
        freshness,
      ),
    );
    const isTaken = [...devices.values()].some(
      (d) =>
        d.isCommitted &&
        d.request.externalUserId !== undefined &&
        d.request.externalUserId === request.externalUserId,
    );
    if (devices.get(deviceId)?.isCommitted || isTaken) refuse('ALREADY_ENROLLED');
    const enrollmentId = devices.get(deviceId)?.enrollmentId ?? randomUUID();
    if (!devices.has(deviceId)) {
      devices.set(deviceId, {
        enrollmentId,
        userId,
        deviceId,
        request,
        isCommitted: false,
        circuits: new Map(),
      });
    }
    return { enrollmentId, userId, deviceId, expiresAtMs: clock.nowMs + 600_000 };
  };

  const commit = (
    enrollmentId: string,
    body: { timestampMs: number; requestNonce: string; signature: string },
  ) => {
    const device = byEnrollment(enrollmentId);
    checkSigned(device.request.publicSigningKey, body, (f) => commitEnrollmentSigningInput(enrollmentId, f));
    if (stockOf(device) === 0 && !device.isCommitted) refuse('ENROLLMENT_INCOMPLETE');
    device.isCommitted = true;
    if (!users.has(device.userId)) users.set(device.userId, { failuresMs: [], lockedUntilMs: 0 });
    const { userId, deviceId } = device;
    return { userId, deviceId, stock: stockOf(device), refill: refillOf(device, grantOf(device)) };
  };

  const beginAuthentication = (request: BeginAuthenticationRequest) => {
    const { userId, deviceId, nextIndex, requestNonce } = request;
    checkSigned(request.publicSigningKey, request, (f) =>
      beginAuthenticationSigningInput(request, nextIndex, f),
    );
    const device = activeDevice(userId, deviceId);
    const lockoutRemainingSeconds = lockoutSecondsOf(userId);
    if (lockoutRemainingSeconds > 0) refuse('LOCKED_OUT', { lockoutRemainingSeconds });
    const entries = [...device.circuits].sort(([a], [b]) => a - b);
    const again = entries.find(([, c]) => c.state === 'reserved' && c.requestNonce === requestNonce);
    const found = again ?? entries.find(([index, c]) => c.state === 'ready' && index >= nextIndex);
    if (!found) return refuse('NOT_ENOUGH_CIRCUITS');
    const [circuitIndex, circuit] = found;
    circuit.state = 'reserved';
    circuit.requestNonce = requestNonce;
    circuit.authenticationId ??= randomUUID();
    circuit.serverNonce ??= nodeRandom(32);
    return {
      authenticationId: circuit.authenticationId,
      circuitIndex,
      serverNonce: bytesToBase64(circuit.serverNonce),
      leaseExpiresAtMs: clock.nowMs + 60_000,
      stock: stockOf(device),
    };
  };

  const countFailure = (userId: string): never => {
    const user = users.get(userId)!;
    const { failures, windowSeconds, suspensionSeconds } = lockoutDefaults;
    user.failuresMs = [
      ...user.failuresMs.filter((at) => at > clock.nowMs - windowSeconds * 1000),
      clock.nowMs,
    ];
    const remainingAttempts = failures - user.failuresMs.length;
    if (remainingAttempts > 0) return refuse('FAILED_TO_AUTHENTICATE_USER', { remainingAttempts });
    user.failuresMs = [];
    user.lockedUntilMs = clock.nowMs + suspensionSeconds * 1000;
    return refuse('FAILED_TO_AUTHENTICATE_USER', {
      remainingAttempts,
      lockoutRemainingSeconds: suspensionSeconds,
    });
  };

  const finish = (authenticationId: string, body: Uint8Array) => {
    const { header, labels } = decodeUserAuthentication(body);
    if (!Value.Check(FinishAuthenticationHeader, header)) return refuse('PROTOCOL_INVALID_MESSAGE');
    const { userId, deviceId, circuitIndex } = header;
    const labelKey = `${deviceId}/${circuitIndex}`;
    const digests = receivedLabels.get(labelKey) ?? new Set();
    receivedLabels.set(labelKey, digests.add(bytesToHex(suite.sha256(labels))));
    const device = activeDevice(userId, deviceId);
    const claim = claimAuthentication(
      suite,
      { userId, deviceId },
      { authenticationId, circuitIndex, serverNonce: base64ToBytes(header.serverNonce) },
      {
        purpose: header.purpose,
        transactionData: header.transactionData,
        audience: header.audience,
        operationId: header.operationInfo?.operationId,
        operationPayload: header.operationInfo?.payload,
        operationExternalUserId: header.operationInfo?.externalUserId,
      },
      labels,
    );
    checkSignature(header.publicSigningKey, claim.signingInput, header.signature);
    const admitted = attemptAdmitted(signatureAccepted(claim), device.request);
    const circuit = device.circuits.get(circuitIndex);
    if (!circuit || circuit.authenticationId !== authenticationId) return refuse('NO_SUCH_CIRCUIT_ID');
    if (circuit.state !== 'reserved') return refuse('REPLAY_REFUSED');
    circuit.state = 'consumed';
    const consumed = circuitConsumed(admitted, circuit.payloadSha256);
    const { outputLabel } = evaluateConsumed(suite, engine, decodeHammingPayload, consumed, circuit.payload);
    const tokenHash = circuit.tokenHash;
    circuit.tokenHash = undefined;
    if (!tokenHash || !constantTimeEqual(matchTokenOf(suite, outputLabel), tokenHash)) countFailure(userId);
    users.get(userId)!.failuresMs = [];
    if (header.purpose === 'de-enroll') {
      users.delete(userId);
      devices.delete(deviceId);
      return { userId, epoch: device.request.epoch, stock: 0 };
    }
    const { transactionData, audience } = header;
    return {
      userId,
      ...(transactionData === undefined
        ? {}
        : {
            signedJwt: signJwt(jwtKey, { td: transactionData, sub: userId, iat: clock.nowMs, aud: audience }),
          }),
      sealedTemplate: device.request.sealedTemplate,
      epoch: device.request.epoch,
      stock: stockOf(device),
      refill: refillOf(device, grantOf(device)),
    };
  };

  const upload = (userId: string, deviceId: string, ticket: string, body: Uint8Array) => {
    const device = activeDevice(userId, deviceId);
    const { codeBits, threshold } = device.request;
    const { batch } = checkUpload(body, { codeBits, threshold }, decodeHammingPayload);
    const circuitIndices = batch.circuits.map((circuit) => circuit.circuitIndex);
    checkRefillTicket(suite, ticketKey, ticket, { userId, deviceId, circuitIndices, nowMs: clock.nowMs });
    return store(device, body);
  };

  const changes = createDeviceChanges({
    ticketKey,
    now: () => clock.nowMs,
    checkSignature,
    requireDevice: activeDevice,
    begin,
    remove: (deviceId) => void devices.delete(deviceId),
  });

  const dispatch = (
    name: EndpointName,
    params: Record<string, string>,
    request: FakeRequest,
    json: never,
  ) => {
    switch (name) {
      case 'beginEnrollment':
        return begin(json);
      case 'beginFurtherDevice':
        return changes.add(json);
      case 'removeDevice':
        return changes.remove(json);
      case 'uploadEnrollmentCircuits': {
        const device = byEnrollment(params['enrollmentId']!);
        const input = uploadCircuitsSigningInput(suite, device.enrollmentId, request.body);
        checkSignature(device.request.publicSigningKey, input, request.headers['x-device-signature']!);
        return store(device, request.body);
      }
      case 'commitEnrollment':
        return commit(params['enrollmentId']!, json);
      case 'beginAuthentication':
        return beginAuthentication(json);
      case 'finishAuthentication':
        return finish(params['authenticationId']!, request.body);
      case 'uploadCircuits':
        return upload(
          params['userId']!,
          params['deviceId']!,
          request.headers['x-refill-ticket']!,
          request.body,
        );
      case 'deviceStatus': {
        const status = json as BeginAuthenticationRequest;
        checkSigned(status.publicSigningKey, status, (f) => deviceStatusSigningInput(status, f));
        const device = activeDevice(status.userId, status.deviceId);
        return { lockoutRemainingSeconds: lockoutSecondsOf(status.userId), stock: stockOf(device) };
      }
      default:
        return refuse('NOT_FOUND');
    }
  };

  const answerTo = (request: FakeRequest): { status: number; value: unknown } => {
    const { name, endpoint, params } = matchEndpoint(request.method, request.path);
    calls.push(name);
    if (request.headers['x-api-key'] !== mobileApiKey) refuse('API_KEY_INVALID');
    const failure = nextFailures.get(name);
    nextFailures.delete(name);
    if (failure) refuse(failure);
    const { body: schema } = endpoint;
    const json = schema && schema !== 'bytes' ? JSON.parse(bytesToUtf8(request.body)) : undefined;
    if (schema && schema !== 'bytes' && !Value.Check(schema, json)) refuse('BAD_REQUEST');
    return { status: endpoint.status, value: dispatch(name, params, request, json as never) };
  };

  const handle = (request: FakeRequest): FakeAnswer => {
    try {
      const { status, value } = answerTo({ ...request, body: request.body.slice() });
      return { status, body: utf8ToBytes(value === undefined ? '' : JSON.stringify(value)) };
    } catch (error) {
      const known = isRecognizeError(error)
        ? error
        : new RecognizeError(error instanceof ProtocolError ? 'PROTOCOL_INVALID_MESSAGE' : 'INTERNAL_ERROR', {
            cause: error,
          });
      return { status: known.httpStatus ?? 500, body: utf8ToBytes(JSON.stringify(known)) };
    }
  };

  return { handle, mobileApiKey, clock, devices, users, receivedLabels, calls, nextFailures, stockOf };
};

export type FakeCoreDaemon = ReturnType<typeof createFakeCoreDaemon>;
