import { base64UrlToBytes, bytesToUtf8 } from '@openrecognize/bytes';
import { limits } from '@openrecognize/contracts';
import { invalidInput } from './keyless-sdk-error.ts';

/** A token of the identity provider and whom it says it is about. */
export interface IamLink {
  readonly iamToken: string;
  readonly subject: string;
}

const maxSubjectLength = 256;

const subjectOf = (iamToken: string): unknown => {
  try {
    const [, payload = ''] = iamToken.split('.');
    return (JSON.parse(bytesToUtf8(base64UrlToBytes(payload))) as { readonly sub?: unknown } | null)?.sub;
  } catch {
    return undefined;
  }
};

/**
 * Reads the subject that the device signs together with the token (spec 08 §8); whether the token is right is for the
 * server to say.
 *
 * @param externalUserId of the operation of the same enrollment: the subject, if there is one.
 * @throws RecognizeError INVALID_INPUT
 */
export const readIamLink = (
  iamToken: string | undefined,
  externalUserId: string | undefined,
): IamLink | undefined => {
  if (iamToken === undefined) return undefined;
  const isText = typeof iamToken === 'string' && iamToken.length <= limits.maxIamTokenChars;
  const subject = isText ? subjectOf(iamToken) : undefined;
  if (typeof subject !== 'string' || subject.length < 1 || subject.length > maxSubjectLength) {
    throw invalidInput('iamToken is no JWT with a subject.');
  }
  if (externalUserId !== undefined && externalUserId !== subject) {
    throw invalidInput('operationInfo.externalUserId is not the subject of iamToken.');
  }
  return { iamToken, subject };
};

/**
 * The `login_hint` that leads a sign-in at the identity provider to an enrollment or authentication with
 * `operationInfo`. It proves nothing: who gets it asks the server API (spec 08 §8).
 */
export const loginHintOf = ({
  operationId,
  keylessId,
}: {
  readonly operationId: string;
  readonly keylessId: string;
}): string => `${operationId};${keylessId}`;
