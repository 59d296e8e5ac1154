import { isRecognizeError } from '@openrecognize/contracts';
import { connectSyntheticUsers, type SyntheticUser } from '@openrecognize/synthetic-users';
import { createTransactionVerifier } from '@openrecognize/verify';
import { readServiceHealth } from './service-health.ts';
import type { CheckSettings } from './settings.ts';

export interface StepReport {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
  /** What was seen, or why the step failed. Never a key, a token or an id of a user. */
  readonly detail: string;
}

export interface InstallationReport {
  readonly steps: readonly StepReport[];
  readonly ok: boolean;
}

export interface CheckOptions {
  readonly settings: CheckSettings;
  /** Told of each step as it ends. */
  readonly onStep?: (step: StepReport) => void;
  /** Told of each call to the core-daemon, by its path without ids. */
  readonly onCall?: (path: string, durationMs: number, outcome: string) => void;
}

/** Bits beyond the threshold of any artifact: nobody's face. */
const STRANGER_DISTANCE_BITS = 1_024;
const TRANSACTION_DATA = '{"check":"installation"}';
/** Enough for the check; a device of an application has more. */
const CIRCUIT_COUNT = 5;

class StepFailure extends Error {}

const describeError = (error: unknown): string => {
  if (isRecognizeError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : 'unknown failure';
};

/** `core-daemon is not ready: circuit-storage`, so that the reader knows which log to open. */
const checkHealth = async (name: string, baseUrl: string): Promise<string> => {
  const { isReady, failed, reason } = await readServiceHealth(baseUrl);
  if (isReady) return `${name} and what it needs are ready`;
  if (reason !== undefined) throw new StepFailure(`${name} cannot be reached (${reason})`);
  throw new StepFailure(
    failed.length > 0 ? `${name} is not ready: ${failed.join(', ')} is down` : `${name} is not ready`,
  );
};

const verifyJwt = async (settings: CheckSettings, jwt: string, userId: string): Promise<string> => {
  const { operationsUrl, customer } = settings;
  const jwksUrl = `${operationsUrl}/customers/${encodeURIComponent(customer ?? '')}/.well-known/jwks.json`;
  // Inside a cluster the service speaks http; the keys are only as good as that network.
  const verifier = createTransactionVerifier({
    jwksUrl: jwksUrl.replace(/^http:/, 'https:'),
    fetch: (_url, init) => fetch(jwksUrl, init),
  });
  const { keyId } = await verifier.verify(jwt, {
    expected: { transactionData: TRANSACTION_DATA },
    subject: userId,
  });
  return `signature, user and transaction data hold (key ${keyId})`;
};

/** Runs steps until one fails; what follows would only fail for the same reason. */
const createStepRunner = (onStep: CheckOptions['onStep']) => {
  const steps: StepReport[] = [];
  const run = async <T>(name: string, work: () => Promise<T>, tell: (value: T) => string): Promise<T> => {
    const startMs = performance.now();
    const end = (ok: boolean, detail: string): void => {
      const step = { name, ok, durationMs: performance.now() - startMs, detail };
      steps.push(step);
      onStep?.(step);
    };
    try {
      const value = await work();
      end(true, tell(value));
      return value;
    } catch (error) {
      end(false, describeError(error));
      throw new StepFailure(name);
    }
  };
  return { steps, run };
};

const refuseStranger = async (user: SyntheticUser): Promise<void> => {
  try {
    await user.authenticate({ distanceBits: STRANGER_DISTANCE_BITS });
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'FAILED_TO_AUTHENTICATE_USER') return;
    throw error;
  }
  throw new StepFailure('a code that is far away was accepted');
};

/**
 * Enrolls a user with a random code, authenticates it, sees another code refused, and removes the user again; before
 * that, whether the services are ready. Never rejects: what went wrong is the last step of the report.
 */
export const checkInstallation = async (options: CheckOptions): Promise<InstallationReport> => {
  const { settings, onCall } = options;
  const { steps, run } = createStepRunner(options.onStep);
  const users = connectSyntheticUsers({
    coreDaemonUrl: settings.coreDaemonUrl,
    mobileApiKey: settings.mobileApiKey,
    connections: 4,
    wrapTransport: (inner) => ({
      ...inner,
      call: async (endpoint, input) => {
        const startMs = performance.now();
        const tell = (outcome: string) => onCall?.(endpoint.path, performance.now() - startMs, outcome);
        try {
          const answer = await inner.call(endpoint, input);
          tell('ok');
          return answer;
        } catch (error) {
          tell(isRecognizeError(error) ? error.code : 'failed');
          throw error;
        }
      },
    }),
  });
  let user: SyntheticUser | undefined;
  try {
    const services: readonly (readonly [string, string | undefined])[] = [
      ['core-daemon', settings.coreDaemonUrl],
      ['operations-service', settings.operationsUrl],
      ['authentication-service', settings.authenticationServiceUrl],
      ['enrollment-agent', settings.agentUrl],
    ];
    for (const [name, url] of services)
      if (url !== undefined) await run('HEALTH', () => checkHealth(name, url), String);
    user = await run(
      'ENROLL',
      () => users.enroll({ circuitCount: CIRCUIT_COUNT }),
      () => `${CIRCUIT_COUNT} circuits`,
    );
    const enrolled = user;
    const matched = await run(
      'AUTH',
      () => enrolled.authenticate({ transactionData: TRANSACTION_DATA }),
      ({ timings, refill }) =>
        `device auth ${timings.deviceAuthMs.toFixed(1)} ms, user auth ${timings.userAuthMs.toFixed(1)} ms, ` +
        `send circuit ${refill.sendCircuitMs.toFixed(1)} ms`,
    );
    const jwt = matched.signedJwt;
    if (jwt !== undefined && settings.operationsUrl !== undefined && settings.customer !== undefined)
      await run('JWT', () => verifyJwt(settings, jwt, enrolled.userId), String);
    await run(
      'STRANGER',
      () => refuseStranger(enrolled),
      () => 'another code is refused',
    );
    await run(
      'DE-ENROLL',
      async () => {
        await enrolled.authenticate({ purpose: 'de-enroll' });
        user = undefined;
      },
      () => 'user and circuits are removed',
    );
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
  } finally {
    // A step in between failed: the user must not stay. What fails here failed above for the same reason.
    await user?.authenticate({ purpose: 'de-enroll' }).catch(() => {});
    await users.close();
  }
  return { steps, ok: steps.every(({ ok }) => ok) };
};
