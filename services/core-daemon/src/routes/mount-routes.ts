import { logMessage } from '@openrecognize/contracts';
import type { EndpointGuards, Service } from '@openrecognize/service-kit';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { CoreDaemonDeps } from '../commands/core-daemon-deps.ts';
import { mountBeginAuthentication } from './begin-authentication.ts';
import { mountBeginEnrollment } from './begin-enrollment.ts';
import { mountBeginFurtherDevice } from './begin-further-device.ts';
import { mountCommitEnrollment } from './commit-enrollment.ts';
import { mountCommitStoredUser } from './commit-stored-user.ts';
import { mountFinishAuthentication } from './finish-authentication.ts';
import type { Mount } from './mount.ts';
import { mountReadDeviceStatus } from './read-device-status.ts';
import { mountReadDeviceStock } from './read-device-stock.ts';
import { mountRemoveDevice } from './remove-device.ts';
import { mountStoreUncommittedUser } from './store-uncommitted-user.ts';
import { mountUploadCircuits } from './upload-circuits.ts';
import { mountUploadEnrollmentCircuits } from './upload-enrollment-circuits.ts';

const mounts: readonly Mount[] = [
  mountBeginEnrollment,
  mountBeginFurtherDevice,
  mountRemoveDevice,
  mountUploadEnrollmentCircuits,
  mountCommitEnrollment,
  mountBeginAuthentication,
  mountFinishAuthentication,
  mountUploadCircuits,
  mountReadDeviceStatus,
  mountReadDeviceStock,
  mountStoreUncommittedUser,
  mountCommitStoredUser,
];

/** Why a body could not be read, in words of the schema and the parser; undefined for any other failure. */
const unreadableBody = (error: Partial<FastifyError>): string | undefined => {
  if (error.validation !== undefined) {
    return `${error.validationContext ?? 'request'} ${error.validation[0]?.keyword ?? 'schema'}`;
  }
  if (error.code?.startsWith('FST_ERR_CTP') === true) return error.code;
  return error instanceof SyntaxError ? 'no JSON' : undefined;
};

/**
 * Lines operators search for. Neither is an error of this service: callers cause them, so they are warnings.
 */
const logBrokenRequests = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return;
      request.log.warn({ route: request.routeOptions.url }, logMessage('CLIENT_CONNECTION_BROKEN', {}));
    });
    done();
  });
  app.addHook('onError', (request, _reply, error, done) => {
    const reason = unreadableBody(error);
    if (reason !== undefined) {
      const type = `${request.method} ${request.routeOptions.url ?? 'unmatched'}`;
      request.log.warn(logMessage('REQUEST_NOT_PARSED', { type, reason }));
    }
    done();
  });
};

/**
 * Adds all routes. A client that goes away does not stop its request: what was begun is finished, so that no attempt
 * stays open and no circuit half used.
 */
export const mountRoutes = (service: Service, guards: EndpointGuards, deps: CoreDaemonDeps): void => {
  const app = service.app as unknown as FastifyInstance;
  logBrokenRequests(app);
  for (const mount of mounts) mount(app, guards, deps);
};
