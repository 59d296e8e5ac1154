import { wipe } from '@openrecognize/bytes';
import { type AuthenticatedDevice, authenticateDevice } from '@openrecognize/clients/device';
import { RecognizeError } from '@openrecognize/contracts';
import { readyClient } from '@openrecognize/zkb/client';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import { type DeviceRecord, wipeDeviceRecord } from '../device-record.ts';
import type { BiomAuthConfig, BiomDeEnrollConfig, PinAuthConfig } from '../operation-configs.ts';
import type { AuthenticationSuccess, BackgroundReport } from '../operation-results.ts';
import type { Session } from '../session.ts';
import { captureFace } from './capture-face.ts';
import { checkOperation, checkSigningInfo } from './operation-info.ts';
import { loadSettledRecord } from './settled-record.ts';

/** @throws RecognizeError NOT_ENROLLED_LOCALLY */
export const requireRecord = async (session: Session): Promise<DeviceRecord> => {
  const record = await loadSettledRecord(session);
  if (!record) throw new RecognizeError('NOT_ENROLLED_LOCALLY');
  return record;
};

/** The state store of one flow: hands out the record's state, writes each newer one over it. */
const stateStoreOf = (session: Session, record: DeviceRecord) => {
  const { state } = record;
  const owned = { ...state, chainKey: state.chainKey.slice(), sealKey: state.sealKey.slice() };
  return {
    load: () => readyClient(owned),
    save: (client: { readonly state: DeviceRecord['state'] }) =>
      session.records.save({ ...record, state: client.state }),
  };
};

/** A live face against the enrolled one. The record is wiped once its refill is through. */
const matchFace = async (
  session: Session,
  record: DeviceRecord,
  intent: AuthenticationIntent,
  delaySeconds: number,
): Promise<AuthenticatedDevice & { readonly captureMs: number; readonly analysisMs: number }> => {
  let code: Uint8Array | undefined;
  try {
    const purpose = intent.purpose;
    const face = await captureFace(session, { purpose, delaySeconds });
    code = face.code;
    const authenticated = await authenticateDevice({
      ...session,
      signer: session.ports.crypto.importDeviceKey(record.privateKey),
      store: stateStoreOf(session, record),
      probe: code,
      artifact: session.ports.analyzer.artifact,
      intent,
      refill: purpose === 'authenticate',
    });
    const refillDone = authenticated.refillDone.finally(() => wipeDeviceRecord(record));
    return { ...authenticated, refillDone, captureMs: face.captureMs, analysisMs: face.analysisMs };
  } catch (error) {
    wipeDeviceRecord(record);
    throw error;
  } finally {
    if (code) wipe(code);
  }
};

const intentOf = (config: BiomAuthConfig): AuthenticationIntent => {
  const operation = checkOperation(config.operationInfo);
  checkSigningInfo(config.jwtSigningInfo);
  return {
    purpose: 'authenticate',
    transactionData: config.jwtSigningInfo?.claimTransactionData,
    audience: config.jwtSigningInfo?.audience,
    operationId: operation?.operationId,
    operationPayload: operation?.payload,
    operationExternalUserId: operation?.externalUserId,
  };
};

const reportOf = async (refill: AuthenticatedDevice['refillDone']): Promise<BackgroundReport> => {
  const { uploadedCircuits, stock, sendCircuitMs, failure } = await refill;
  return { uploadedCircuits, stock, sendCircuitMs, ...(failure ? { failure: failure.code } : {}) };
};

/** Authenticates; used circuits are replaced in the background. */
export const authenticate = async (session: Session, config: BiomAuthConfig | PinAuthConfig) => {
  if (config.kind === 'pin-auth') throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
  const intent = intentOf(config);
  const record = await requireRecord(session);
  const match = await matchFace(session, record, intent, config.cameraDelaySeconds);
  const { captureMs, analysisMs, timings, signedJwt } = match;
  const result: AuthenticationSuccess = {
    ...(signedJwt === undefined ? {} : { signedJwt }),
    timings: { captureMs, analysisMs, ...timings },
  };
  return { result, background: reportOf(match.refillDone) };
};

/** Deletes the user after a live match, then the local record. */
export const deEnroll = async (session: Session, config: BiomDeEnrollConfig): Promise<void> => {
  const record = await requireRecord(session);
  const match = await matchFace(session, record, { purpose: 'de-enroll' }, config.cameraDelaySeconds);
  await match.refillDone;
  await session.records.clear();
};
