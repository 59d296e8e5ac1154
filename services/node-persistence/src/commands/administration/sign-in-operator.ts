import { createHash } from 'node:crypto';
import {
  type EndpointInput,
  type EndpointOutput,
  type openOperatorSession,
  RecognizeError,
} from '@openrecognize/contracts';
import { decodeBase64Field } from '../base64-field.ts';
import type { CommandContext } from '../command-context.ts';
import { verifyPassword } from './password-hash.ts';

/** Attempts that may fail within the window, for one account and for one address. */
export const signInLimits = { windowMs: 900_000, perAccount: 10, perAddress: 30 } as const;

const subjectOf = (kind: 'account' | 'address', value: string): Uint8Array =>
  createHash('sha256').update(`${kind}:${value}`, 'utf8').digest();

/** Counted before the password is looked at, so that attempts at the same time can't outrun the limit. */
const countAttempt = async (
  { store, nowMs }: CommandContext,
  subject: Uint8Array,
  allowed: number,
): Promise<void> => {
  const now = nowMs();
  const { attempts, windowEndsAtMs } = await store.countSignIn(subject, signInLimits.windowMs, now);
  if (attempts <= allowed) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((windowEndsAtMs - now) / 1000));
  throw new RecognizeError('TOO_MANY_REQUESTS', { details: { retryAfterSeconds } });
};

/** @throws RecognizeError OPERATOR_CREDENTIALS_INVALID, the same for every reason; TOO_MANY_REQUESTS */
export const signInOperator = async (
  context: CommandContext,
  body: EndpointInput<typeof openOperatorSession>['body'],
): Promise<EndpointOutput<typeof openOperatorSession>> => {
  const { store, nowMs } = context;
  const token = decodeBase64Field(body.tokenSha256, '/tokenSha256', 32);
  const account = subjectOf('account', body.name);
  const address = subjectOf('address', body.address);
  await countAttempt(context, address, signInLimits.perAddress);
  await countAttempt(context, account, signInLimits.perAccount);

  const found = body.name.includes('\0') ? undefined : await store.findOperator(body.name);
  const isRight = await verifyPassword(body.password, found?.passwordHash);
  if (found === undefined || !isRight || found.operator.disabled) {
    if (found !== undefined) await store.recordRefusedSignIn(found, body.requestId, nowMs());
    throw new RecognizeError('OPERATOR_CREDENTIALS_INVALID');
  }
  await store.forgetSignIn(account);
  await store.forgetSignIn(address);
  const expiresAtMs = nowMs() + body.ttlSeconds * 1000;
  await store.openSession(found, token, expiresAtMs, body.requestId, nowMs());
  return { operator: found.operator, expiresAtMs };
};
