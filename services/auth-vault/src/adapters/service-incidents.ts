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
  const malformedSignatures = metrics.counter({
    name: 'openrecognize_signatures_malformed_total',
    help: 'Device signatures, keys or messages that were not well-formed, or a key that names another device',
  });
  const signingFailures = metrics.counter({
    name: 'openrecognize_jwt_sign_failures_total',
    help: 'JWTs that could not be signed',
  });
  const clientStateKeyFailures = metrics.counter({
    name: 'openrecognize_client_state_key_failures_total',
    help: 'Client states that were not wrapped or unwrapped because the wrapping key could not be used',
    labels: ['operation'],
  });
  // Series exist from the start, so that an alert on their increase sees the first one.
  for (const operation of ['wrap', 'unwrap']) clientStateKeyFailures.inc({ operation }, 0);
  return {
    signatureFailed() {
      signatureFailures.inc();
      log.error(SIGNATURE_FAILURE_MESSAGE);
    },
    signatureMalformed() {
      malformedSignatures.inc();
    },
    jwtSigningFailed(cause) {
      signingFailures.inc();
      log.error({ err: cause }, logMessage('JWT_SIGNING_FAILED', {}));
    },
    clientStateKeyFailed(operation, cause) {
      clientStateKeyFailures.inc({ operation });
      log.error({ err: cause, operation }, 'client state key could not be used');
    },
  };
};
