import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { AuthenticationIntent } from '@openrecognize/zkb/messages';
import type { HeldRecord } from '../held-record.ts';
import { invalidInput } from '../keyless-sdk-error.ts';
import type { AuthConfig, BiomAuthConfig } from '../operation-configs.ts';
import type { AuthenticationSuccess } from '../operation-results.ts';
import { checkSecretWishes, dismissFactor } from '../secrets-vault.ts';
import type { Session } from '../session.ts';
import { type LiveMatch, matchFace, matchPin } from './capture-probe.ts';
import { revokeDevice, voucherOf } from './change-devices.ts';
import { approveTransaction, parseTransactionData } from './dynamic-linking.ts';
import { generateClientState } from './generate-client-state.ts';
import { reportOf } from './match-factor.ts';
import { intentOf } from './operation-info.ts';
import type { OperationOutcome } from './operation-outcome.ts';
import { checkPin } from './pin-code.ts';
import { hasFactor, requireHeldRecord } from './settled-record.ts';
import { fulfilAfterMatch } from './vault-wishes.ts';

const publicKeyBytes = 91;

const checkRevocation = (session: Session, held: HeldRecord, publicSigningKey: string): void => {
  let length = 0;
  try {
    length = base64ToBytes(publicSigningKey).length;
  } catch {
    // Not base64; reported below.
  }
  if (length !== publicKeyBytes) throw invalidInput('deviceToRevoke is no public signing key in base64.');
  const { face } = held.current;
  const own = face && session.ports.crypto.importDeviceKey(face.privateKey).publicSigningKey;
  if (own && bytesToBase64(own) === publicSigningKey) {
    throw invalidInput('deviceToRevoke is this device: use deEnroll or reset.');
  }
};

const intentOfConfig = (config: AuthConfig): AuthenticationIntent => {
  const { dynamicLinkingInfo } = config.kind === 'biom-auth' ? config : {};
  if (!dynamicLinkingInfo) return intentOf(config);
  if (config.jwtSigningInfo) throw invalidInput('dynamicLinkingInfo and jwtSigningInfo exclude each other.');
  return { ...intentOf(config), transactionData: dynamicLinkingInfo.transactionData };
};

/** Everything that can be refused before the camera opens. */
const checkFaceConfig = (session: Session, held: HeldRecord, config: BiomAuthConfig): void => {
  if (config.deviceToRevoke !== undefined) checkRevocation(session, held, config.deviceToRevoke);
  if (config.shouldRemovePin && !held.current.pin) throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
};

/** The face stays (spec 08 DS-4): it is what just matched. */
const removePin = async (session: Session, held: HeldRecord, ticket: string): Promise<void> => {
  const { pin, vault } = held.current;
  const { publicSigningKey } = session.ports.crypto.importDeviceKey(pin!.privateKey);
  try {
    await revokeDevice(session, voucherOf(held, 'face', ticket), bytesToBase64(publicSigningKey));
  } catch (error) {
    // Removed before: the answer got lost, or this device failed to write it down.
    if (!isRecognizeError(error) || error.code !== 'DEVICE_NOT_FOUND') throw error;
  }
  if (vault) await held.setVault(dismissFactor(vault, 'pin'));
  await held.setFactor('pin', undefined);
  await held.setPinSecret(undefined);
};

const clientStateOf = async (
  session: Session,
  held: HeldRecord,
  match: LiveMatch,
  config: BiomAuthConfig,
): Promise<{ clientState?: string }> => {
  if (!config.generatingClientState) return {};
  const code = match.openCode();
  try {
    const voucher = voucherOf(held, 'face', match.ticket());
    return { clientState: await generateClientState(session, voucher, config.generatingClientState, code) };
  } finally {
    wipe(code);
  }
};

const afterFaceMatch = async (
  session: Session,
  held: HeldRecord,
  match: LiveMatch,
  config: BiomAuthConfig,
): Promise<Partial<AuthenticationSuccess>> => {
  const { deviceToRevoke } = config;
  if (config.shouldRemovePin) await removePin(session, held, match.ticket());
  if (deviceToRevoke !== undefined) {
    await revokeDevice(session, voucherOf(held, 'face', match.ticket()), deviceToRevoke);
  }
  const frame = match.firstImage === undefined ? {} : { authenticationFrame: match.firstImage };
  return { ...frame, ...(await clientStateOf(session, held, match, config)) };
};

const liveMatch = async (
  session: Session,
  held: HeldRecord,
  config: AuthConfig,
  intent: AuthenticationIntent,
): Promise<LiveMatch> => {
  if (config.kind === 'pin-auth') return matchPin(session, held, intent, checkPin(config.pin), true);
  checkFaceConfig(session, held, config);
  if (!hasFactor(held.current, 'face')) throw new RecognizeError('AUTH_METHOD_NOT_ENABLED');
  const { dynamicLinkingInfo, capture, presentationStyle, shouldRetrieveAuthenticationFrame } = config;
  if (dynamicLinkingInfo) {
    await approveTransaction(session, parseTransactionData(dynamicLinkingInfo.transactionData));
  }
  const screen = { presentationStyle };
  const wish = { settings: capture, screen, keepFirstImage: shouldRetrieveAuthenticationFrame };
  return matchFace(session, held, intent, wish, true);
};

const complete = async (
  session: Session,
  held: HeldRecord,
  match: LiveMatch,
  config: AuthConfig,
): Promise<AuthenticationSuccess> => {
  const { captureMs, analysisMs, timings, signedJwt } = match;
  const secrets = await fulfilAfterMatch(session, held, match, config.secrets);
  const extras = config.kind === 'biom-auth' ? await afterFaceMatch(session, held, match, config) : {};
  return {
    ...(signedJwt === undefined ? {} : { signedJwt }),
    ...extras,
    ...secrets,
    timings: { captureMs, analysisMs, ...timings },
  };
};

/** Authenticates by face or PIN; used circuits are replaced in the background. */
export const authenticate = async (
  session: Session,
  config: AuthConfig,
): Promise<OperationOutcome<AuthenticationSuccess>> => {
  if (config.kind === 'biom-auth' && config.dynamicLinkingInfo) {
    parseTransactionData(config.dynamicLinkingInfo.transactionData);
  }
  checkSecretWishes(config.secrets);
  const intent = intentOfConfig(config);
  const held = await requireHeldRecord(session);
  let match: LiveMatch | undefined;
  try {
    match = await liveMatch(session, held, config, intent);
    const result = await complete(session, held, match, config);
    return { result, background: reportOf(match).finally(() => held.wipe()) };
  } catch (error) {
    // What runs behind the match still writes to the record.
    await match?.refillDone;
    held.wipe();
    throw error;
  }
};
