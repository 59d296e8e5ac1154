import type { Clock, Wait } from '@openrecognize/clients/device';
import type { NativePlatform } from '@openrecognize/contracts';
import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import type { LogCollector } from '../sdk-log.ts';
import type { CameraPort } from './camera-port.ts';
import type { CryptoPort } from './crypto-port.ts';
import type { FaceAnalyzerPort } from './face-analyzer-port.ts';
import type { NetworkingModule } from './networking-module.ts';
import type { ProtectionPort } from './protection-port.ts';
import type { ScreensPort } from './screens-port.ts';
import type { SecureStorePort } from './secure-store-port.ts';

/** Everything the SDK needs of the device it runs on. */
export interface KeylessPorts {
  readonly camera: CameraPort;
  readonly analyzer: FaceAnalyzerPort;
  readonly store: SecureStorePort;
  /** Used unless the configuration brings its own. */
  readonly network: NetworkingModule;
  readonly crypto: CryptoPort;
  readonly engine: GarblingEngine;
  /** Needed for `dynamicLinkingInfo` and `showIntroductionScreen`. */
  readonly screens?: ScreensPort;
  /** Without it no device is refused. */
  readonly protection?: ProtectionPort;
  /** Takes what `keylessLogsConfiguration` switches on. */
  readonly logs?: LogCollector;
  /**
   * Whether the device has a network. With it, a server that can't be reached from a device that has one is 1004, a
   * device without one 30005; without it both are 30005.
   */
  readonly isOnline?: () => boolean | Promise<boolean>;
  /** Whose error numbers are reported and which device origin is registered. Default `android`. */
  readonly platform?: NativePlatform;
  /** Registered with the device, at most 64 characters. */
  readonly osVersion?: string;
  /** Default `Date.now`. */
  readonly now?: Clock;
  /** Default: a timer. */
  readonly wait?: Wait;
}
