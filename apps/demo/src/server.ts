import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { wipe } from '@openrecognize/bytes';
import { limits, RecognizeError } from '@openrecognize/contracts';
import { createConcurrencyLimit, type ServiceApp } from '@openrecognize/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BankRoutesOptions, mountBankRoutes } from './bank/bank-routes.ts';
import type { UserAuthorization } from './bank/user-authorization.ts';
import { authenticate, type DemoDependencies, deletePerson, enroll } from './commands/demo-commands.ts';
import {
  AuthenticateAnswer,
  DeleteAnswer,
  EnrollAnswer,
  FailureAnswer,
  PeopleAnswer,
  TransactionQuery,
} from './demo-api.ts';
import { failureAnswerOf, TracedFailure } from './failure-answer.ts';
import { PersonParams } from './person-name.ts';

/** The bank, and what its page needs beside it. */
export interface BankPageOptions extends BankRoutesOptions {
  readonly authorization: UserAuthorization;
  /** Where the page may connect to. */
  readonly webSocketUrl: string;
  readonly crossOriginIsolation: boolean;
}

export interface DemoOptions extends DemoDependencies {
  readonly maxConcurrency: number;
  readonly bankPage: BankPageOptions;
}

const pageDirectory = fileURLToPath(new URL('../public', import.meta.url));
/** What the build of the web components publishes. */
const componentsDirectory = fileURLToPath(new URL('../../../sdks/web-components/package', import.meta.url));

/** Nothing from elsewhere but the socket of the service, nothing inline; pictures of the person never leave but by it. */
const securityHeadersOf = ({ webSocketUrl, crossOriginIsolation }: BankPageOptions) => ({
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
    `img-src 'self' blob: data:; connect-src 'self' ${new URL(webSocketUrl).origin}; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(), microphone=()',
  ...(crossOriginIsolation ? { 'cross-origin-embedder-policy': 'require-corp' } : {}),
});

const pictureTypes = ['image/jpeg', 'image/png', 'image/bmp', 'application/octet-stream'];

/** A picture as the body; other types are refused, forms of other sites among them. */
const acceptPictures = (app: ServiceApp): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    pictureTypes,
    { parseAs: 'buffer', bodyLimit: limits.maxImageBytes },
    (_request, body, done) => {
      // A plain array: `slice` of a Buffer shares its memory, and pictures are wiped.
      const { buffer, byteOffset, byteLength } = body as Buffer;
      done(null, new Uint8Array(buffer, byteOffset, byteLength));
    },
  );
};

const pictureOf = (request: FastifyRequest): Uint8Array => {
  if (request.body instanceof Uint8Array && request.body.length > 0) return request.body;
  throw new RecognizeError('IMAGE_EMPTY', { message: 'The request carries no picture.' });
};

const sendFailure = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { status, body } = failureAnswerOf(thrown);
  const cause = thrown instanceof TracedFailure ? thrown.cause : thrown;
  const { coreCode: code } = body.error;
  if (status >= 500) request.log.error({ code, err: cause }, 'request failed');
  else request.log.info({ code, status }, 'request refused');
  const seconds = body.error.lockoutRemainingSeconds;
  if (status === 423 && seconds !== undefined) reply.header('retry-after', String(seconds));
  return reply.code(status).send(body);
};

const response = <S>(schema: S) => ({ 200: schema, '4xx': FailureAnswer, '5xx': FailureAnswer });

const mountApi = (app: ServiceApp, options: DemoOptions): void => {
  const limit = createConcurrencyLimit(options.maxConcurrency);
  acceptPictures(app);
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply));

  /** One place of the limit; the picture is gone when the answer is known. */
  const withPicture = async <T>(
    request: FastifyRequest,
    work: (image: Uint8Array) => Promise<T>,
  ): Promise<T> => {
    const image = pictureOf(request);
    try {
      return await limit.run(() => work(image));
    } finally {
      wipe(image);
    }
  };

  app.get(
    '/api/users',
    { schema: { summary: 'People enrolled on this page', response: response(PeopleAnswer) } },
    async () => ({ users: (await options.devices.names()).map((name) => ({ name })) }),
  );
  app.post(
    '/api/users/:name/enroll',
    {
      bodyLimit: limits.maxImageBytes,
      schema: {
        summary: 'Enrolls a person with the picture in the body',
        params: PersonParams,
        response: response(EnrollAnswer),
      },
    },
    (request) => withPicture(request, (image) => enroll(options, request.params.name, image)),
  );
  app.post(
    '/api/users/:name/authenticate',
    {
      bodyLimit: limits.maxImageBytes,
      schema: {
        summary: 'Compares the picture in the body with the enrolled face',
        params: PersonParams,
        querystring: TransactionQuery,
        response: response(AuthenticateAnswer),
      },
    },
    (request) =>
      withPicture(request, (image) =>
        authenticate(options, request.params.name, image, request.query.transaction),
      ),
  );
  app.delete(
    '/api/users/:name',
    {
      schema: {
        summary: 'Deletes a person on the server and here',
        params: PersonParams,
        response: response(DeleteAnswer),
      },
    },
    (request) => limit.run(() => deletePerson(options, request.params.name)),
  );
};

const mountFiles = (scope: ServiceApp): void => {
  // Without a wildcard route, paths that do not exist get the frame's own 404.
  const files = { wildcard: false, cacheControl: false } as const;
  scope.register(fastifyStatic, { root: pageDirectory, ...files });
  if (!existsSync(componentsDirectory)) {
    scope.log.warn('the web components are not built: the bank cannot look at faces');
    return;
  }
  const root = componentsDirectory;
  scope.register(fastifyStatic, { root, prefix: '/sdk-web-components/', decorateReply: false, ...files });
};

/** Mounts the pages and their APIs on a service frame. */
export const mountDemo = (app: ServiceApp, options: DemoOptions): void => {
  const { bankPage } = options;
  const securityHeaders = securityHeadersOf(bankPage);
  app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers(securityHeaders);
    });
    scope.register(async (api) => mountApi(api as ServiceApp, options));
    scope.register(async (api) => mountBankRoutes(api as ServiceApp, bankPage));
    scope.get('/.well-known/jwks.json', async () => bankPage.authorization.jwks);
    scope.get('/how-it-works', async (_request, reply) => reply.redirect('/how-it-works/'));
    mountFiles(scope as ServiceApp);
  });
};
