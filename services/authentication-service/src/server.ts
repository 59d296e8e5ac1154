import { createSequenceAnalyzer } from '@openrecognize/biometrics';
import { limits, RecognizeError } from '@openrecognize/contracts';
import {
  createApiKeyGuard,
  createConcurrencyLimit,
  observeConcurrency,
  type ServiceApp,
  type ServiceMetrics,
  tenantOf,
} from '@openrecognize/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parsePeerAddress } from './peers/peer-address.ts';
import { createPeers } from './peers/relays.ts';
import type { CreateSequence } from './ports/sequence-analyzer.ts';
import { registerEnrollPhoto } from './routes/enroll-photo.ts';
import { registerExportClientState } from './routes/export-client-state.ts';
import { registerImportClientState } from './routes/import-client-state.ts';
import { registerReadEnrollmentStatus } from './routes/read-enrollment-status.ts';
import { registerReadImageEncryptionKey } from './routes/read-image-encryption-key.ts';
import type { RouteDependencies } from './routes/route-dependencies.ts';
import { registerWebSessions } from './web/register-web-sessions.ts';
import type { WebSessionSettings } from './web/web-session-settings.ts';
import { WebSessions } from './web/web-sessions.ts';

export interface AuthenticationServiceOptions
  extends Pick<
    RouteDependencies,
    | 'backend'
    | 'analyzer'
    | 'tools'
    | 'imageKeys'
    | 'wrappingKeys'
    | 'userAuthorization'
    | 'circuitCount'
    | 'now'
  > {
  readonly apiKeyCacheSeconds: number;
  /** Photos worked on at a time. */
  readonly maxConcurrency: number;
  readonly metrics?: ServiceMetrics;
  /** Web sessions are served beside the photos where this is given. */
  readonly web?: {
    readonly settings: WebSessionSettings;
    /** CIDR ranges of proxies whose `x-forwarded-for` counts. */
    readonly trustedProxies: readonly string[];
    /** That of the biometrics package by default. */
    readonly createSequence?: CreateSequence;
    /** Where this is one of several replicas behind one address (spec 07 §10). */
    readonly peers?: {
      /** Address other replicas reach this one at. */
      readonly address: string;
      /** Secret all of them share. */
      readonly serviceKey: string;
    };
  };
}

/** Header that carries the secret API key. */
export const apiKeyHeader = 'kl-api-key';

/** Largest request body: nonce, photo, tag. */
export const maxBodyBytes = 12 + limits.maxImageBytes + 16;

/** The key must be of the very customer the path names. */
const createGuard = ({ backend, apiKeyCacheSeconds, now }: AuthenticationServiceOptions) => {
  const checkKey = createApiKeyGuard({
    resolve: (keySha256, context) => backend.resolveApiKey(keySha256, context),
    requiredKind: 'secret',
    cacheSeconds: apiKeyCacheSeconds,
    now,
    header: apiKeyHeader,
  });
  return async (request: FastifyRequest): Promise<void> => {
    await checkKey(request);
    const { customer } = request.params as { readonly customer?: string };
    if (tenantOf(request).customer !== customer) throw new RecognizeError('CUSTOMER_NOT_FOUND');
  };
};

/** The body is ciphertext: whatever type it is sent under says nothing about it. */
const acceptCiphertext = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    const bytes = body as Buffer;
    done(null, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  // No body is ciphertext that does not open, like any other.
  app.addHook('preValidation', async (request) => {
    if (request.method === 'POST') request.body ??= new Uint8Array(0);
  });
};

const mountWebSessions = (
  app: ServiceApp,
  options: AuthenticationServiceOptions,
  {
    settings,
    trustedProxies,
    createSequence = () => createSequenceAnalyzer(),
    peers: shared,
  }: NonNullable<AuthenticationServiceOptions['web']>,
): Promise<void> => {
  const { metrics, now } = options;
  const { maxConnectionsPerAddress, maxSessions } = settings;
  const peers =
    shared &&
    createPeers({
      serviceKey: shared.serviceKey,
      ownAddress: parsePeerAddress(shared.address),
      maxRelays: maxSessions,
      now,
    });
  const sessions = new WebSessions({
    ...options,
    settings,
    createSequence,
    log: app.log,
    peerTokens: peers?.tokens,
    onLeftBehind: (err) =>
      app.log.error(
        { err },
        'an enrollment broke off and is left behind; the next one of the user removes it',
      ),
  });
  return registerWebSessions(app, {
    sessions,
    maxConnectionsPerAddress,
    // Two devices of each session, and as many that ask for one.
    maxConnections: 4 * maxSessions,
    trustedProxies,
    peers,
    metrics,
    now,
  });
};

/** Mounts photos, client states and web sessions on a service frame. */
export const mountAuthenticationService = async (
  app: ServiceApp,
  options: AuthenticationServiceOptions,
): Promise<void> => {
  const limit = createConcurrencyLimit(options.maxConcurrency);
  if (options.metrics) observeConcurrency(options.metrics, 'photo', limit);
  const guards = { 'secret-key': createGuard(options) };
  if (options.web) await mountWebSessions(app, options, options.web);
  await app.register(async (photos) => {
    acceptCiphertext(photos);
    const dependencies = { ...options, app: photos, guards, limit };
    registerEnrollPhoto(dependencies);
    registerReadEnrollmentStatus(dependencies);
    registerExportClientState(dependencies);
    registerImportClientState(dependencies);
    registerReadImageEncryptionKey(dependencies);
  });
};
