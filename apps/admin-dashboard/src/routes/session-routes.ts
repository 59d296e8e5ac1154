import {
  isRecognizeError,
  readOperatorSession,
  signInOperator,
  signOutOperator,
} from '@openrecognize/contracts';
import type { ServiceApp } from '@openrecognize/service-kit';
import { Type } from 'typebox';
import type { DashboardDependencies } from '../dashboard-dependencies.ts';
import { FailureAnswer } from '../failure-answer.ts';
import { forwardCall } from '../forward-call.ts';

const failures = { '4xx': FailureAnswer, '5xx': FailureAnswer };

/** What the page may know after a sign-in: all but the token. */
const SignedIn = Type.Omit(signInOperator.response, ['token']);

/** Sign-in, session and sign-out: the token goes into the cookie and never into the page. */
export const mountSessionRoutes = (app: ServiceApp, dependencies: DashboardDependencies): void => {
  const { operations, cookie, sessions, clientAddress, now } = dependencies;

  app.post(
    '/api/session',
    {
      schema: {
        summary: 'Signs an operator in',
        body: signInOperator.body,
        response: { 201: SignedIn, ...failures },
      },
    },
    async (request, reply) => {
      const { token, operator, expiresAtMs, idleTimeoutSeconds } = await operations.call({
        method: signInOperator.method,
        path: signInOperator.path,
        json: request.body,
        headers: { 'x-forwarded-for': clientAddress(request.raw) },
        response: signInOperator.response,
        requestId: request.id,
      });
      sessions.note(token);
      reply.header('set-cookie', cookie.write(token, (expiresAtMs - now()) / 1_000));
      return reply.code(201).send({ operator, expiresAtMs, idleTimeoutSeconds });
    },
  );

  app.get(
    '/api/session',
    {
      schema: {
        summary: 'Who is signed in and what they may do',
        response: { 200: readOperatorSession.response, ...failures },
      },
    },
    async (request, reply) =>
      (await forwardCall(dependencies, readOperatorSession, {}, request, reply)) as never,
  );

  app.delete(
    '/api/session',
    { schema: { summary: 'Signs out', response: { 204: Type.Null(), ...failures } } },
    async (request, reply) => {
      const token = cookie.read(request.headers.cookie);
      if (token !== undefined) sessions.forget(token);
      try {
        await forwardCall(dependencies, signOutOperator, {}, request, reply);
      } catch (error) {
        // Whoever has no session any more is signed out; any other failure leaves one behind, which is told.
        if (!isRecognizeError(error) || error.code !== 'OPERATOR_SESSION_INVALID') throw error;
      } finally {
        if (token !== undefined) sessions.forget(token);
        reply.header('set-cookie', cookie.clear());
      }
      return reply.code(204).send(null);
    },
  );
};
