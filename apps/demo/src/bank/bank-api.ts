import { type Static, Type } from 'typebox';
import { PersonName } from '../person-name.ts';

const strict = { additionalProperties: false } as const;

export const UsernameBody = Type.Object({ username: PersonName }, strict);
export const ApprovalParams = Type.Object({ approval: Type.String({ pattern: '^[A-Za-z0-9_-]{24}$' }) });
const Jwt = Type.String({ minLength: 1, maxLength: 20_000 });
export const JwtBody = Type.Object({ jwt: Jwt }, strict);

const order = {
  /** A line that can be read: no control characters, nothing that turns the direction of writing. */
  payee: Type.String({ pattern: '^[^\\p{C}\\s](?:[^\\p{C}]{0,78}[^\\p{C}\\s])?$' }),
  amount: Type.String({ minLength: 1, maxLength: 10 }),
};
export const OrderBody = Type.Object(order, strict);
export const SignedOrderBody = Type.Object({ ...order, jwt: Jwt }, strict);

export const FaceRequestAnswer = Type.Object({
  approval: Type.String(),
  customer: Type.String(),
  username: Type.String(),
  wsUrl: Type.String(),
  keyId: Type.String(),
  key: Type.String(),
  authorizationToken: Type.String(),
  transactionData: Type.String(),
});

const AccountView = Type.Object({
  username: PersonName,
  balanceCents: Type.Integer(),
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      atMs: Type.Number(),
      cents: Type.Integer(),
      payee: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
    }),
  ),
});
/** Account of who is signed in; null before. */
export const AccountAnswer = Type.Object({ account: Type.Union([AccountView, Type.Null()]) });
export type AccountAnswer = Static<typeof AccountAnswer>;

export const BankFailureAnswer = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    /** Code of the JWT verifier. */
    reason: Type.Optional(Type.String()),
  }),
});
