import { type ServiceApp, toRecognizeError } from '@openrecognize/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Bank } from './bank.ts';
import {
  AccountAnswer,
  ApprovalParams,
  BankFailureAnswer,
  FaceRequestAnswer,
  JwtBody,
  OrderBody,
  SignedOrderBody,
  UsernameBody,
} from './bank-api.ts';
import type { BankAccount } from './bank-books.ts';
import { BankRefusal } from './bank-refusal.ts';
import { createOwnPageCheck } from './own-page.ts';
import type { Visit, Visits } from './visits.ts';

export interface BankRoutesOptions {
  readonly bank: Bank;
  readonly visits: Visits;
  /** Where people reach the page; undefined: on this machine. */
  readonly publicUrl: string | undefined;
}

const failures = { '4xx': BankFailureAnswer, '5xx': BankFailureAnswer };
const accountResponse = { 200: AccountAnswer, ...failures };
const faceResponse = { 200: FaceRequestAnswer, ...failures };

/** All but the id at the face service, which is none of the page's business. */
const viewOf = ({ username, balanceCents, entries }: BankAccount): AccountAnswer => ({
  account: { username, balanceCents, entries: [...entries] },
});

const refusalOf = (thrown: unknown): BankRefusal => {
  if (thrown instanceof BankRefusal) return thrown;
  const { httpStatus, message } = toRecognizeError(thrown);
  if (httpStatus !== null && httpStatus < 500)
    return new BankRefusal('REQUEST_INVALID', message, { cause: thrown });
  return new BankRefusal('FACE_SERVICE_UNAVAILABLE', 'Something went wrong at the bank.', { cause: thrown });
};

const sendRefusal = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { code, status, message, reason, cause } = refusalOf(thrown);
  if (status >= 500) request.log.error({ code, err: cause }, 'request failed');
  else request.log.info({ code, status, ...(reason === undefined ? {} : { reason }) }, 'request refused');
  return reply.code(status).send({ error: { code, message, ...(reason === undefined ? {} : { reason }) } });
};

/** Mounts the bank's API below `/bank/api`. */
export const mountBankRoutes = (app: ServiceApp, { bank, visits, publicUrl }: BankRoutesOptions): void => {
  const checkOwnPage = createOwnPageCheck(publicUrl);
  app.setErrorHandler((error, request, reply) => sendRefusal(error, request, reply));
  app.addHook('onRequest', async (request, reply) => {
    checkOwnPage(request);
    reply.header('cache-control', 'no-store');
  });

  const found = (request: FastifyRequest, reply: FastifyReply): Visit | undefined => {
    const visit = visits.find(request.headers.cookie);
    if (visit !== undefined) reply.header('set-cookie', visits.cookieOf(visit));
    return visit;
  };
  const begin = (reply: FastifyReply, username?: string): Visit => {
    const visit = visits.begin(username);
    if (visit === undefined) throw new BankRefusal('BANK_FULL', 'The bank is full. Try again later.');
    reply.header('set-cookie', visits.cookieOf(visit));
    return visit;
  };
  /** @throws BankRefusal NOT_SIGNED_IN */
  const signedIn = (request: FastifyRequest, reply: FastifyReply) => {
    const visit = found(request, reply);
    const username = visit?.username;
    if (visit === undefined || username === undefined || bank.find(username) === undefined) {
      throw new BankRefusal('NOT_SIGNED_IN', 'You are not signed in, or not any more.');
    }
    return { visit, username };
  };
  const enter = async (
    request: FastifyRequest,
    reply: FastifyReply,
    finish: (visit: string) => Promise<BankAccount>,
  ): Promise<AccountAnswer> => {
    const before = visits.find(request.headers.cookie);
    const account = await finish(before?.token ?? '');
    if (before !== undefined) visits.end(before);
    begin(reply, account.username);
    return viewOf(account);
  };

  for (const way of ['sign-up', 'sign-in'] as const) {
    const ask = way === 'sign-up' ? bank.beginSignUp : bank.beginSignIn;
    const finish = way === 'sign-up' ? bank.finishSignUp : bank.finishSignIn;
    app.post(
      `/bank/api/${way}`,
      { schema: { summary: `Begins a ${way}`, body: UsernameBody, response: faceResponse } },
      (request, reply) => ask(request.body.username, (found(request, reply) ?? begin(reply)).token),
    );
    app.post(
      `/bank/api/${way}/:approval`,
      {
        schema: {
          summary: `Ends a ${way} with the JWT of the face`,
          params: ApprovalParams,
          body: JwtBody,
          response: accountResponse,
        },
      },
      (request, reply) => {
        const { params, body } = request;
        return enter(request, reply, (visit) => finish(params.approval, body.jwt, visit));
      },
    );
  }

  app.get(
    '/bank/api/account',
    { schema: { summary: 'The account of who is signed in', response: accountResponse } },
    async (request, reply) => {
      const username = found(request, reply)?.username;
      const account = username === undefined ? undefined : bank.find(username);
      return account === undefined ? { account: null } : viewOf(account);
    },
  );
  app.post(
    '/bank/api/payments',
    { schema: { summary: 'Begins a payment', body: OrderBody, response: faceResponse } },
    async (request, reply) => {
      const { visit, username } = signedIn(request, reply);
      return bank.beginPayment(username, request.body, visit.token);
    },
  );
  app.post(
    '/bank/api/payments/:approval',
    {
      schema: {
        summary: 'Books a payment that the JWT approves, and no other',
        params: ApprovalParams,
        body: SignedOrderBody,
        response: accountResponse,
      },
    },
    async (request, reply) => {
      const { visit, username } = signedIn(request, reply);
      return viewOf(await bank.finishPayment(username, request.params.approval, request.body, visit.token));
    },
  );
  app.delete(
    '/bank/api/account',
    { schema: { summary: 'Deletes the face and closes the account', response: accountResponse } },
    async (request, reply) => {
      const { visit, username } = signedIn(request, reply);
      await bank.close(username);
      visits.end(visit);
      reply.header('set-cookie', visits.noCookie());
      return { account: null };
    },
  );
  app.delete(
    '/bank/api/visit',
    { schema: { summary: 'Signs out', response: accountResponse } },
    async (request, reply) => {
      const visit = visits.find(request.headers.cookie);
      if (visit !== undefined) visits.end(visit);
      reply.header('set-cookie', visits.noCookie());
      return { account: null };
    },
  );
};
