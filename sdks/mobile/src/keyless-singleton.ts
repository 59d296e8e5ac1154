import { createKeyless, type KeylessInstance } from './keyless.ts';
import { notConfigured } from './keyless-sdk-error.ts';
import type { KeylessPorts } from './ports/keyless-ports.ts';

let instance: KeylessInstance | undefined;

const use = async <T>(call: (keyless: KeylessInstance) => Promise<T>): Promise<T> => {
  if (!instance) throw notConfigured('android');
  return call(instance);
};

/**
 * The instance of an app. `initialize` comes first and gives it the ports of the platform; `createKeyless` makes
 * further instances.
 */
export const Keyless: KeylessInstance & { initialize(ports: KeylessPorts): void } = {
  /** Replaces an instance that was initialised before; close that one first. */
  initialize: (ports) => {
    instance = createKeyless(ports);
  },
  configure: (config) => use((keyless) => keyless.configure(config)),
  enroll: (config) => use((keyless) => keyless.enroll(config)),
  authenticate: (config) => use((keyless) => keyless.authenticate(config)),
  deEnroll: (config) => use((keyless) => keyless.deEnroll(config)),
  getUserId: () => use((keyless) => keyless.getUserId()),
  getDevicePublicSigningKey: () => use((keyless) => keyless.getDevicePublicSigningKey()),
  getUserSigningPublicKey: () => use((keyless) => keyless.getUserSigningPublicKey()),
  getEnrolledFactors: () => use((keyless) => keyless.getEnrolledFactors()),
  getLockoutRemainingSeconds: () => use((keyless) => keyless.getLockoutRemainingSeconds()),
  validateUserAndDeviceActive: () => use((keyless) => keyless.validateUserAndDeviceActive()),
  showIntroductionScreen: () => use((keyless) => keyless.showIntroductionScreen()),
  customLogs: {
    collect: (collector) => {
      if (!instance) throw notConfigured('android');
      return instance.customLogs.collect(collector);
    },
  },
  updateUI: (ui) => use((keyless) => keyless.updateUI(ui)),
  reset: () => use((keyless) => keyless.reset()),
  whenIdle: () => use((keyless) => keyless.whenIdle()),
  close: () => use((keyless) => keyless.close()),
};
