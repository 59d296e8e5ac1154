import { type Binarizer, createBinarizer, type ModelManifest } from '@openrecognize/biometrics';
import { bytesToBase64, wipe } from '@openrecognize/bytes';
import type { FinishedMessage, HelloMessage } from '@openrecognize/contracts/ws';
import type { AdmittedUser } from '../commands/admit-web-session.ts';
import { type AuthenticateWebUserOptions, authenticateWebUser } from '../commands/authenticate-web-user.ts';
import { removeUser } from '../commands/claim-username.ts';
import { type EnrollWebUserOptions, enrollWebUser } from '../commands/enroll-web-user.ts';
import type { BackendContext } from '../ports/backend.ts';

export type DecideSessionOptions = AuthenticateWebUserOptions &
  EnrollWebUserOptions & { readonly manifest: ModelManifest };

/** Makes the verdict of a session out of its embeddings; they stay the caller's. */
export type DecideSession = (
  hello: HelloMessage,
  user: AdmittedUser,
  embeddings: readonly Float32Array[],
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

type BiometricCode = Parameters<typeof enrollWebUser>[2];

/** Enrolls; with transaction data the fresh circuits sign it at once, and an enrollment that can't is taken back. */
const enroll = async (
  options: DecideSessionOptions,
  hello: HelloMessage,
  { tenantId, customer, username }: AdmittedUser,
  code: BiometricCode,
  context: BackendContext,
): Promise<Verdict> => {
  const operationId = hello.operation?.id;
  const user = { tenantId, customer, username, prepareBackup: false, operationId };
  const enrolled = await enrollWebUser(options, user, code, context);
  const transactionData = hello.transaction?.data;
  if (transactionData === undefined) return enrolled;
  const userId = enrolled.keylessId;
  try {
    const intent = { transactionData, wantsSeed: false };
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
  code: BiometricCode,
  context: BackendContext,
): Promise<Verdict> => {
  const { tenantId, customer, userId } = user;
  if (userId === undefined) return enroll(options, hello, user, code, context);
  const intent = {
    transactionData: hello.transaction?.data,
    operationId: hello.operation?.id,
    wantsSeed: hello.seedEntropy ?? false,
  };
  return authenticateWebUser(options, { tenantId, customer, userId }, code, intent, context);
};

export const createDecideSession = (options: DecideSessionOptions): DecideSession => {
  const { family, version, code: parameters } = options.manifest;
  const binarizer: Binarizer = createBinarizer(parameters);
  return async (hello, user, embeddings, context) => {
    const bits = binarizer.encode(embeddings);
    try {
      const verdict = await decide(options, hello, user, { bits, artifact: { family, version } }, context);
      return finishedMessage(verdict, hello.seedEntropy ?? false);
    } finally {
      wipe(bits);
    }
  };
};
