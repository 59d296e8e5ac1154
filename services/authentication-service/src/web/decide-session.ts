import { type Binarizer, createBinarizer, type ModelManifest } from '@openrecognize/biometrics';
import { bytesToBase64, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { FinishedMessage, HelloMessage } from '@openrecognize/contracts/ws';
import type { AdmittedUser } from '../commands/admit-web-session.ts';
import { type AuthenticateWebUserOptions, authenticateWebUser } from '../commands/authenticate-web-user.ts';
import { removeUser } from '../commands/claim-username.ts';
import { type EnrollWebUserOptions, enrollWebUser } from '../commands/enroll-web-user.ts';
import type { BackendContext } from '../ports/backend.ts';

export type DecideSessionOptions = AuthenticateWebUserOptions &
  EnrollWebUserOptions & { readonly manifest: ModelManifest; readonly preparesBackup: boolean };

/** What a session has when its frames suffice. */
export interface Recognised {
  /** Unit length each; they stay the caller's. */
  readonly embeddings: readonly Float32Array[];
  /** The session still waits for the verdict. */
  readonly isWanted: () => boolean;
}

/** Makes the verdict of a session. */
export type DecideSession = (
  hello: HelloMessage,
  user: AdmittedUser,
  recognised: Recognised,
  context: BackendContext,
) => Promise<FinishedMessage>;

interface Verdict {
  readonly keylessId: string;
  readonly jwt?: string | undefined;
  readonly seed?: Uint8Array | undefined;
}

const finishedMessage = ({ keylessId, jwt, seed }: Verdict, wantsSeed: boolean): FinishedMessage => {
  const message: FinishedMessage = {
    type: 'finished',
    keylessId,
    ...(jwt === undefined ? {} : { jwt }),
    ...(seed === undefined || !wantsSeed ? {} : { seedEntropy: bytesToBase64(seed) }),
  };
  if (seed) wipe(seed);
  return message;
};

/** The code of a session, while the session wants it. */
interface Probe {
  readonly code: Parameters<typeof enrollWebUser>[2];
  readonly isWanted: () => boolean;
}

/**
 * Enrolls; with transaction data the fresh circuits sign it at once. An enrollment that can't, or that nobody waits for any
 * more, is taken back: its user was not told of it (spec 07 WS-16).
 */
const enroll = async (
  options: DecideSessionOptions,
  hello: HelloMessage,
  { tenantId, customer, username }: AdmittedUser,
  { code, isWanted }: Probe,
  context: BackendContext,
): Promise<Verdict> => {
  const operationId = hello.operation?.id;
  const user = { tenantId, customer, username, prepareBackup: options.preparesBackup, operationId };
  const enrolled = await enrollWebUser(options, user, code, context);
  const transactionData = hello.transaction?.data;
  const userId = enrolled.keylessId;
  try {
    if (!isWanted()) throw new RecognizeError('SERVICE_TIMEOUT');
    if (transactionData === undefined) return enrolled;
    const intent = { transactionData, wantsSeed: false, isWanted };
    const { jwt } = await authenticateWebUser(options, { tenantId, customer, userId }, code, intent, context);
    return { ...enrolled, jwt };
  } catch (error) {
    wipe(enrolled.seed);
    await removeUser(options.backend, { tenantId, userId }, context).catch(options.onLeftBehind);
    throw error;
  }
};

const decide = (
  options: DecideSessionOptions,
  hello: HelloMessage,
  user: AdmittedUser,
  probe: Probe,
  context: BackendContext,
): Promise<Verdict> => {
  const { tenantId, customer, userId } = user;
  if (userId === undefined) return enroll(options, hello, user, probe, context);
  const intent = {
    transactionData: hello.transaction?.data,
    operationId: hello.operation?.id,
    wantsSeed: hello.seedEntropy ?? false,
    isWanted: probe.isWanted,
  };
  return authenticateWebUser(options, { tenantId, customer, userId }, probe.code, intent, context);
};

export const createDecideSession = (options: DecideSessionOptions): DecideSession => {
  const { family, version, code: parameters } = options.manifest;
  const binarizer: Binarizer = createBinarizer(parameters);
  return async (hello, user, { embeddings, isWanted }, context) => {
    const bits = binarizer.encode(embeddings);
    try {
      const code = { bits, artifact: { family, version } };
      const verdict = await decide(options, hello, user, { code, isWanted }, context);
      return finishedMessage(verdict, hello.seedEntropy ?? false);
    } finally {
      wipe(bits);
    }
  };
};
