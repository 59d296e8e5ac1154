import { isRecognizeError } from '@openrecognize/contracts';
import {
  invalidInput,
  type KeylessSdkError,
  notConfigured,
  sdkErrorFor,
  sdkErrorOf,
} from './keyless-sdk-error.ts';
import type { AuthConfig, DeEnrollConfig, EnrollConfig } from './operation-configs.ts';
import type { AuthenticationSuccess, BackgroundReport, EnrollmentSuccess } from './operation-results.ts';
import { authenticate } from './operations/authenticate.ts';
import { checkProtection } from './operations/check-protection.ts';
import { deEnroll } from './operations/de-enroll.ts';
import {
  getDevicePublicSigningKey,
  getEnrolledFactors,
  getLockoutRemainingSeconds,
  getUserId,
  getUserSigningPublicKey,
  resetDevice,
  validateUserAndDeviceActive,
} from './operations/device-facts.ts';
import { enroll } from './operations/enroll.ts';
import type { OperationOutcome } from './operations/operation-outcome.ts';
import type { KeylessPorts } from './ports/keyless-ports.ts';
import type { KeylessUI } from './ports/screens-port.ts';
import type { LogCollector, LogSubscription } from './sdk-log.ts';
import { createSerialQueue } from './serial-queue.ts';
import { createDeviceContext, createSession, type DeviceContext, type Session } from './session.ts';
import { checkSetup, type SetupConfig } from './setup-config.ts';

/**
 * The device SDK. Every operation rejects with `KeylessSdkError` alone; `resultOf` turns that into a value where an
 * app prefers one. Calls on one instance run one after the other, whatever order they are awaited in.
 */
export interface KeylessInstance {
  /** @throws KeylessSdkError 20010, 20006, 10003; 30006, 40000 to 40002 for what the protection found */
  configure(config: SetupConfig): Promise<void>;
  /**
   * A new user, a further factor, or a new device by a client state.
   *
   * @throws KeylessSdkError 20001 when the device is bound to a user, 1124 when the server knows the user, 30008 when
   * no usable face was seen, 30000, 30005, 539; 20023, 30004 and 523 with a client state
   */
  enroll(config: EnrollConfig): Promise<EnrollmentSuccess>;
  /**
   * @throws KeylessSdkError 30004 for another face, 512 for another PIN, 30007 with `lockoutRemainingSeconds`, 20000
   * when nobody is enrolled here, 1167 for a factor that is not set up, 534 or 535 when user or device are gone, 30005
   * without a network, 20150, 20300
   */
  authenticate(config: AuthConfig): Promise<AuthenticationSuccess>;
  /**
   * Irreversible. When the answer gets lost the user may be gone already: `validateUserAndDeviceActive` then says
   * 534, and `reset` clears the device.
   *
   * @throws KeylessSdkError as `authenticate`
   */
  deEnroll(config: DeEnrollConfig): Promise<void>;
  /** The user this device is bound to. @throws KeylessSdkError 20000 */
  getUserId(): Promise<string>;
  /** SubjectPublicKeyInfo as base64. @throws KeylessSdkError 20000 */
  getDevicePublicSigningKey(): Promise<string>;
  /**
   * The key that signs once the face matched, SubjectPublicKeyInfo as base64: on the user's first device what the
   * server API gives as `biometricPublicSigningKey`.
   *
   * @throws KeylessSdkError 20000, 1167 on a device with a PIN alone
   */
  getUserSigningPublicKey(): Promise<string>;
  /** Which factors are set up on this device; asks nobody. */
  getEnrolledFactors(): Promise<{ readonly face: boolean; readonly pin: boolean }>;
  /** 0 when the user is not suspended; asks the server. @throws KeylessSdkError 20000, 534, 535 */
  getLockoutRemainingSeconds(): Promise<number>;
  /** Asks the server. @throws KeylessSdkError 1131 not enrolled on this device, 534 user gone, 535 device gone */
  validateUserAndDeviceActive(): Promise<void>;
  /** @throws KeylessSdkError 1134 without `ports.screens` */
  showIntroductionScreen(): Promise<void>;
  /** Looks of the screens. @throws KeylessSdkError 1134 without `ports.screens.applyUI` */
  updateUI(ui: KeylessUI): Promise<void>;
  /** Forgets everything on this device; the server is not told. Works without `configure`. */
  reset(): Promise<void>;
  /** Log lines of the level that `customLogsConfiguration` sets; none before `configure`. */
  readonly customLogs: { collect(collector: LogCollector): LogSubscription };
  /**
   * Waits for circuits still on their way. An app need not call it, a process that is about to end should.
   *
   * @returns how the last ones went; undefined when no operation sent any.
   */
  whenIdle(): Promise<BackgroundReport | undefined>;
  /** Waits like `whenIdle`, then lets go of the store. Operations called later are refused with 20008. */
  close(): Promise<void>;
}

/** A network that is there makes an unreachable server 1004. */
const connectionFailure = async (context: DeviceContext, error: unknown): Promise<unknown> => {
  if (!isRecognizeError(error) || error.code !== 'NET_CONNECTION_FAILED') return error;
  const isOnline = await context.ports.isOnline?.();
  if (!isOnline) return error;
  return sdkErrorOf(1004, context.platform, { coreCode: error.code, message: error.message, cause: error });
};

/** Runs the operations of one instance: one after the other, logged, with the errors an app is told. */
const createRunner = (context: DeviceContext) => {
  const queue = createSerialQueue();
  const state: { background: Promise<BackgroundReport> | undefined; isClosed: boolean } = {
    background: undefined,
    isClosed: false,
  };

  const failureOf = async (name: string, error: unknown): Promise<KeylessSdkError> => {
    const failure = sdkErrorFor(await connectionFailure(context, error), context.platform);
    const { code, coreCode } = failure;
    context.log.write('INFO', `${name}-failed`, { code, ...(coreCode === undefined ? {} : { coreCode }) });
    return failure;
  };

  /** Refills write to the store, so the next operation waits for the one before, refill included. */
  const run = <T>(name: string, task: () => Promise<T>): Promise<T> =>
    queue.run(async () => {
      await state.background;
      const startMs = context.now();
      try {
        if (state.isClosed)
          throw sdkErrorOf(20008, context.platform, { message: 'The instance was closed.' });
        const result = await task();
        context.log.write('INFO', `${name}-done`, { durationMs: context.now() - startMs });
        return result;
      } catch (error) {
        throw await failureOf(name, error);
      }
    });

  const runAndContinue = <T>(name: string, task: () => Promise<OperationOutcome<T>>): Promise<T> =>
    run(name, async () => {
      const { result, background } = await task();
      state.background = background.then((report) => {
        const { failure, ...numbers } = report;
        context.log.write(
          'DEBUG',
          'circuits-sent',
          failure === undefined ? numbers : { ...numbers, failure },
        );
        return report;
      });
      return result;
    });

  return { run, runAndContinue, queue, state };
};

const configureSession = async (context: DeviceContext, config: SetupConfig): Promise<Session> => {
  const setup = checkSetup(config);
  try {
    const { keylessLogsConfiguration: keyless, customLogsConfiguration: custom } = config;
    context.log.configure({ keyless, custom });
  } catch (cause) {
    throw sdkErrorOf(10003, context.platform, { message: (cause as Error).message, cause });
  }
  await checkProtection(context);
  return createSession(context, setup);
};

/**
 * An SDK over the given ports. Several instances may live side by side, each with a store of its own.
 *
 * @example
 * const keyless = createKeyless(ports);
 * await keyless.configure({ apiKey, hosts: ['https://core.example'] });
 * const { keylessId } = await keyless.enroll(new BiomEnrollConfig());
 */
export const createKeyless = (ports: KeylessPorts): KeylessInstance => {
  const context: DeviceContext = createDeviceContext(ports);
  const { run, runAndContinue, queue, state } = createRunner(context);
  let session: Session | undefined;

  const configured = (): Session => {
    if (!session) throw notConfigured(context.platform);
    return session;
  };

  const showIntroduction = async (): Promise<void> => {
    if (!ports.screens) throw invalidInput('showIntroductionScreen needs ports.screens.');
    await ports.screens.showIntroduction();
  };

  const applyUI = async (ui: KeylessUI): Promise<void> => {
    if (!ports.screens?.applyUI) throw invalidInput('updateUI needs ports.screens.applyUI.');
    await ports.screens.applyUI(ui);
  };

  const close = (): Promise<void> =>
    queue.run(async () => {
      await state.background;
      state.isClosed = true;
      try {
        await ports.store.close();
      } catch (error) {
        throw sdkErrorFor(error, context.platform);
      }
    });

  return {
    configure: (config) =>
      run('configure', async () => {
        session = await configureSession(context, config);
      }),
    enroll: (config) => runAndContinue('enroll', async () => enroll(configured(), config)),
    authenticate: (config) => runAndContinue('authenticate', async () => authenticate(configured(), config)),
    deEnroll: (config) => run('de-enroll', async () => deEnroll(configured(), config)),
    getUserId: () => run('get-user-id', () => getUserId(context)),
    getDevicePublicSigningKey: () => run('get-device-key', () => getDevicePublicSigningKey(context)),
    getUserSigningPublicKey: () => run('get-user-key', () => getUserSigningPublicKey(context)),
    getEnrolledFactors: () => run('get-enrolled-factors', () => getEnrolledFactors(context)),
    getLockoutRemainingSeconds: () =>
      run('get-lockout', async () => getLockoutRemainingSeconds(configured())),
    validateUserAndDeviceActive: () => run('validate', async () => validateUserAndDeviceActive(configured())),
    showIntroductionScreen: () => run('introduction', showIntroduction),
    updateUI: (ui) => run('update-ui', () => applyUI(ui)),
    reset: () => run('reset', () => resetDevice(context)),
    customLogs: { collect: (collector) => context.log.collect(collector) },
    whenIdle: () => queue.run(async () => state.background),
    close,
  };
};
