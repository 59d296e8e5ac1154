import {
  type BeginStreamMessage,
  type ClientMessage,
  WEB_SESSION_CLOSE,
  type WrappedContentKey,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { ConnectionPlan } from './connection-plan.ts';
import { SDK_VERSION } from './sdk-version.ts';

/** What a connection begins with: `resume` of a lost stream, else `join` or `hello` (spec 07 §3). */
export function firstMessage(
  plan: ConnectionPlan,
  key: WrappedContentKey,
  lost: BeginStreamMessage | null,
): ClientMessage {
  const { version } = webSessionLimits;
  const client = { version: SDK_VERSION, platform: 'web' };
  if (lost !== null) {
    return { type: 'resume', version, sessionId: lost.sessionId, token: lost.resumeToken, key };
  }
  const { subject, transferToken, authorizationToken, encoding } = plan;
  if (subject === null || transferToken !== null) {
    return { type: 'join', version, token: transferToken ?? '', key, encoding, client };
  }
  return {
    type: 'hello',
    version,
    ...subject,
    ...(authorizationToken !== null && { authorization: { token: authorizationToken } }),
    ...(plan.seedEntropy && { seedEntropy: true }),
    ...(plan.cameraFlash && { cameraFlash: true }),
    key,
    encoding,
    client,
  };
}

const FINAL_CLOSE_CODES: ReadonlySet<number> = new Set<number>(Object.values(WEB_SESSION_CLOSE));

/** False where the server closed on purpose: then there is nothing to come back to. */
export function isResumable(closeCode: number): boolean {
  return !FINAL_CLOSE_CODES.has(closeCode);
}
