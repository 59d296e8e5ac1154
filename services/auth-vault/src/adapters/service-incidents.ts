import { logMessage } from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import type { Incidents } from '../ports/incidents.ts';

/** Line operators search for; an alert is tied to it. */
export const SIGNATURE_FAILURE_MESSAGE = 'isSignatureValid error';

/** Incidents as error log lines and metrics of a service. */
export const createServiceIncidents = ({ log, metrics }: Pick<Service, 'log' | 'metrics'>): Incidents => {
  const signatureFailures = metrics.counter({
    name: 'openrecognize_signature_failures_total',
    help: 'Well-formed device signatures that did not verify',
  });
  const signingFailures = metrics.counter({
    name: 'openrecognize_jwt_sign_failures_total',
    help: 'JWTs that could not be signed',
  });
  return {
    signatureFailed() {
      signatureFailures.inc();
      log.error(SIGNATURE_FAILURE_MESSAGE);
    },
    jwtSigningFailed(cause) {
      signingFailures.inc();
      log.error({ err: cause }, logMessage('JWT_SIGNING_FAILED', {}));
    },
  };
};
