import {
  commitUncommittedUser,
  isRecognizeError,
  limits,
  RecognizeError,
  registerUncommittedUser,
} from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';
import { timestampOf } from './timestamp.ts';

/** The server state in base64, with room for the JSON around it. */
const bodyLimitBytes = Math.ceil(limits.maxServerStateBytes / 3) * 4 + 16_384;

/**
 * An id that travels in a URL and can be stored.
 *
 * @throws RecognizeError BAD_REQUEST
 */
const checkExternalUserId = (id: string | undefined): void => {
  if (id === undefined || (id.isWellFormed() && !id.includes('\0'))) return;
  throw new RecognizeError('BAD_REQUEST', { details: { path: 'body.externalUserId', rule: 'text' } });
};

/** @throws RecognizeError BAD_REQUEST */
const serverStateOf = (text: string): Uint8Array => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    throw new RecognizeError('BAD_REQUEST', { details: { path: 'body.serverState', rule: 'base64' } });
  }
  return bytes;
};

/** 401 is about the API key alone: a state that is not its device's, or of a later time, is a wrong message. */
const asMessageFault = (error: unknown): never => {
  const isAboutState =
    isRecognizeError(error) && (error.code === 'SIGNATURE_INVALID' || error.code === 'REQUEST_EXPIRED');
  throw isAboutState ? new RecognizeError('PROTOCOL_INVALID_MESSAGE', { cause: error }) : error;
};

export const registerUncommittedUsers = ({ app, guards, backend }: RouteDependencies): void => {
  const { serverApi } = backend;
  registerEndpoint(
    app,
    guards,
    registerUncommittedUser,
    async ({ body }, context) => {
      const { tenantId, sdkCustomerId } = tenantOf(context.request);
      const { externalUserId } = body;
      checkExternalUserId(externalUserId);
      const query = { tenantId, ...(externalUserId === undefined ? {} : { externalUserId }) };
      const serverState = serverStateOf(body.serverState);
      const stored = await serverApi
        .storeUncommittedUser({ query, body: serverState }, context)
        .catch(asMessageFault);
      return { sdkCustomerId, userId: stored.userId, expiresAt: timestampOf(stored.expiresAtMs) };
    },
    { bodyLimitBytes },
  );
  registerEndpoint(app, guards, commitUncommittedUser, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    await serverApi.commitStoredUser({ params, query: { tenantId } }, context);
    return { success: true as const };
  });
};
