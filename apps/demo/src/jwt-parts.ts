import { base64UrlToBytes, bytesToUtf8 } from '@openrecognize/bytes';

/** A compact JWT taken apart; nothing is verified by that. */
export interface JwtParts {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
}

const decodePart = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(bytesToUtf8(base64UrlToBytes(part ?? ''))) as Record<string, unknown>;

/** @throws when the token has not the form of a JWT. */
export const decodeJwtParts = (token: string): JwtParts => {
  const [header, claims] = token.split('.');
  return { header: decodePart(header), claims: decodePart(claims) };
};
