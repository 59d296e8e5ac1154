import { Type } from 'typebox';
import { Base64UpTo, CustomerName, ExternalUserId, OperationId } from '../http/fields.ts';
import { limits } from '../limits.ts';
import { FRAME_ENCODINGS } from './frame-header.ts';
import { webSessionLimits } from './session-limits.ts';

/**
 * Schemas of what a client sends (spec 07 §3), apart from the browser's part so that no schema library gets into its
 * bundle. Unknown properties are refused: a misspelt option would otherwise be dropped in silence.
 */

const strict = { additionalProperties: false } as const;
const Version = Type.Literal(webSessionLimits.version);
/** 32 bytes, base64url; of a server with replicas, behind a dot, the sealed address of the one that gave it out. */
const Token = Type.String({ pattern: '^[A-Za-z0-9_-]{43}(?:\\.[A-Za-z0-9_-]{28,400})?$' });
/** 16 bytes, base64url. */
const SessionId = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' });
const Encoding = Type.Union(FRAME_ENCODINGS.map((encoding) => Type.Literal(encoding)));

const Key = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 256 }),
    /** RSA keys of up to 8192 bits. */
    wrapped: Base64UpTo(1_024),
  },
  strict,
);

const Client = Type.Object(
  { version: Type.String({ maxLength: 64 }), platform: Type.String({ maxLength: 64 }) },
  strict,
);

const HelloSchema = Type.Object(
  {
    type: Type.Literal('hello'),
    version: Version,
    flow: Type.Union([Type.Literal('auth'), Type.Literal('enroll')]),
    customer: Type.Object({ name: CustomerName }, strict),
    username: ExternalUserId,
    authorization: Type.Optional(
      Type.Object({ token: Type.String({ minLength: 1, maxLength: 8_192 }) }, strict),
    ),
    operation: Type.Optional(Type.Object({ id: OperationId }, strict)),
    transaction: Type.Optional(
      Type.Object({ data: Type.String({ maxLength: limits.maxTransactionDataBytes }) }, strict),
    ),
    seedEntropy: Type.Optional(Type.Boolean()),
    cameraFlash: Type.Optional(Type.Boolean()),
    key: Key,
    encoding: Encoding,
    client: Type.Optional(Client),
  },
  strict,
);

const ResumeSchema = Type.Object(
  { type: Type.Literal('resume'), version: Version, sessionId: SessionId, token: Token, key: Key },
  strict,
);

const JoinSchema = Type.Object(
  {
    type: Type.Literal('join'),
    version: Version,
    token: Token,
    key: Key,
    encoding: Encoding,
    client: Type.Optional(Client),
  },
  strict,
);

const RequestTransferSchema = Type.Object({ type: Type.Literal('request-transfer') }, strict);

const CancelSchema = Type.Object({ type: Type.Literal('cancel') }, strict);

export const ClientMessageSchema = Type.Union([
  HelloSchema,
  ResumeSchema,
  JoinSchema,
  RequestTransferSchema,
  CancelSchema,
]);
