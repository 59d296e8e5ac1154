import { notConfigured, sdkErrorFor } from './keyless-sdk-error.ts';
import type {
  BiomAuthConfig,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  PhotoEnrollConfig,
  PinAuthConfig,
} from './operation-configs.ts';
import type { AuthenticationSuccess, BackgroundReport, EnrollmentSuccess } from './operation-results.ts';
import { authenticate, deEnroll } from './operations/authenticate.ts';
import {
  getDevicePublicSigningKey,
  getLockoutRemainingSeconds,
  getUserId,
  validateUserAndDeviceActive,
} from './operations/device-facts.ts';
import { enroll } from './operations/enroll.ts';
import type { KeylessPorts } from './ports/keyless-ports.ts';
import { createSerialQueue } from './serial-queue.ts';
import { createDeviceContext, createSession, type DeviceContext, type Session } from './session.ts';
import { checkSetup, type SetupConfig } from './setup-config.ts';

/**
 * The device SDK. Every operation rejects with `KeylessSdkError` alone; `resultOf` turns that into a value where an
 * app prefers one. Calls on one instance run one after the other, whatever order they are awaited in.
 */
export interface KeylessInstance {
  /** @throws KeylessSdkError 20010 */
  configure(config: SetupConfig): Promise<void>;
  /** @throws KeylessSdkError 20001 when the device is bound to a user, 30008 when no usable face was seen, 30005 */
  enroll(config: BiomEnrollConfig | PhotoEnrollConfig): Promise<EnrollmentSuccess>;
  /**
   * @throws KeylessSdkError 30004 for another face, 30007 with `lockoutRemainingSeconds`, 20000 when nobody is
   * enrolled here, 534 or 535 when user or device are gone, 30005 without a network; 1167 for a PIN
   */
  authenticate(config: BiomAuthConfig | PinAuthConfig): Promise<AuthenticationSuccess>;
  /**
   * Irreversible. When the answer gets lost the user may be gone already: `validateUserAndDeviceActive` then says
   * 534, and `reset` clears the device.
   *
   * @throws KeylessSdkError as `authenticate`
   */
  deEnroll(config: BiomDeEnrollConfig): Promise<void>;
  /** The user this device is bound to. @throws KeylessSdkError 20000 */
  getUserId(): Promise<string>;
  /** SubjectPublicKeyInfo as base64. @throws KeylessSdkError 20000 */
  getDevicePublicSigningKey(): Promise<string>;
  /** 0 when the user is not suspended; asks the server. @throws KeylessSdkError 20000, 534, 535 */
  getLockoutRemainingSeconds(): Promise<number>;
  /** Asks the server. @throws KeylessSdkError 1131 not enrolled on this device, 534 user gone, 535 device gone */
  validateUserAndDeviceActive(): Promise<void>;
  /** Forgets everything on this device; the server is not told. Works without `configure`. */
  reset(): Promise<void>;
  /**
   * Waits for circuits still on their way. An app need not call it, a process that is about to end should.
   *
   * @returns how the last ones went; undefined when no operation sent any.
   */
  whenIdle(): Promise<BackgroundReport | undefined>;
  /** Waits like `whenIdle`, then lets go of the store. Operations called later are refused by it. */
  close(): Promise<void>;
}

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
  const queue = createSerialQueue();
  let session: Session | undefined;
  let background: Promise<BackgroundReport> | undefined;

  /** Refills write to the store, so the next operation waits for the one before, refill included. */
  const run = <T>(task: () => Promise<T>): Promise<T> =>
    queue.run(async () => {
      await background;
      try {
        return await task();
      } catch (error) {
        throw sdkErrorFor(error, context.platform);
      }
    });

  const configured = (): Session => {
    if (!session) throw notConfigured(context.platform);
    return session;
  };

  const runAndContinue = <T>(
    task: () => Promise<{ readonly result: T; readonly background: Promise<BackgroundReport> }>,
  ): Promise<T> =>
    run(async () => {
      const outcome = await task();
      background = outcome.background;
      return outcome.result;
    });

  return {
    configure: (config) =>
      run(async () => {
        session = createSession(context, checkSetup(config));
      }),
    enroll: (config) => runAndContinue(async () => enroll(configured(), config)),
    authenticate: (config) => runAndContinue(async () => authenticate(configured(), config)),
    deEnroll: (config) => run(async () => deEnroll(configured(), config)),
    getUserId: () => run(() => getUserId(context)),
    getDevicePublicSigningKey: () => run(() => getDevicePublicSigningKey(context)),
    getLockoutRemainingSeconds: () => run(async () => getLockoutRemainingSeconds(configured())),
    validateUserAndDeviceActive: () => run(async () => validateUserAndDeviceActive(configured())),
    reset: () => run(() => context.records.clear()),
    whenIdle: () => run(async () => background),
    close: () => run(() => ports.store.close()),
  };
};
