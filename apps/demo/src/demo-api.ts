import { limits } from '@openrecognize/contracts';
import { type Static, Type } from 'typebox';
import { PartyAccount } from './observation/service-account.ts';
import { Timings } from './observation/timings.ts';
import { PersonName } from './person-name.ts';

/** Long enough for a payment, short enough for a URL. */
const MAX_TRANSACTION_CHARS = Math.min(2_000, limits.maxTransactionDataBytes);

export const TransactionQuery = Type.Object({
  transaction: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_TRANSACTION_CHARS })),
});

export const PeopleAnswer = Type.Object({ users: Type.Array(Type.Object({ name: PersonName })) });

const seen = { timings: Timings, services: Type.Array(PartyAccount) };

export const EnrollAnswer = Type.Object({
  name: PersonName,
  userId: Type.String(),
  /** Circuits the server holds for this device. */
  stock: Type.Integer({ minimum: 0 }),
  ...seen,
});
export type EnrollAnswer = Static<typeof EnrollAnswer>;

export const AuthenticateAnswer = Type.Object({
  name: PersonName,
  verdict: Type.Literal('match'),
  /** Present if the request carried a transaction. */
  jwt: Type.Optional(
    Type.Object({
      token: Type.String(),
      header: Type.Record(Type.String(), Type.Unknown()),
      claims: Type.Record(Type.String(), Type.Unknown()),
      /** What `POST /v2/verify-jwt` said; absent when it could not be asked. */
      isVerified: Type.Optional(Type.Boolean()),
    }),
  ),
  /** Circuits the server holds after the refill, and those that were replaced. */
  stock: Type.Optional(Type.Integer({ minimum: 0 })),
  replacedCircuits: Type.Integer({ minimum: 0 }),
  ...seen,
});
export type AuthenticateAnswer = Static<typeof AuthenticateAnswer>;

export const DeleteAnswer = Type.Object({
  name: PersonName,
  /** False: the server did not know the user any more. */
  wasOnServer: Type.Boolean(),
  ...seen,
});
export type DeleteAnswer = Static<typeof DeleteAnswer>;

/** Every refusal of the page's API, in the numbers of the device SDK. */
export const FailureAnswer = Type.Object({
  error: Type.Object({
    code: Type.Integer(),
    name: Type.String(),
    message: Type.String(),
    nextStep: Type.String(),
    /** Wire code behind the number. */
    coreCode: Type.Optional(Type.String()),
    remainingAttempts: Type.Optional(Type.Integer({ minimum: 0 })),
    lockoutRemainingSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    filters: Type.Optional(Type.Array(Type.String())),
  }),
  /** Present when the request got as far as the services. */
  timings: Type.Optional(Timings),
  services: Type.Optional(Type.Array(PartyAccount)),
});
export type FailureAnswer = Static<typeof FailureAnswer>;
