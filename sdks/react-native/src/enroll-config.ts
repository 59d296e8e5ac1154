import {
  type BiomEnrollOptions,
  BiomEnrollConfig as CoreEnrollConfig,
  type KeylessSecret,
} from '@keyless/sdk-mobile';

/** Id under which `customSecret` is kept. */
export const customSecretId = 'customSecret';

/** The options of the device SDK, and two older names that React Native apps use. */
export interface ReactNativeEnrollOptions extends BiomEnrollOptions {
  /** A secret without an id of its own; retrieved by `customSecretId`. */
  readonly customSecret?: string;
  /** Older name of `clientState`. */
  readonly temporaryState?: string;
}

const savedSecrets = ({
  customSecret,
  savingSecret = [],
}: ReactNativeEnrollOptions): readonly KeylessSecret[] => {
  const named = Array.isArray(savingSecret) ? savingSecret : [savingSecret];
  return customSecret === undefined ? named : [...named, { id: customSecretId, value: customSecret }];
};

/** Enrollment with the camera. */
export class BiomEnrollConfig extends CoreEnrollConfig {
  constructor(options: ReactNativeEnrollOptions = {}) {
    const clientState = options.clientState ?? options.temporaryState;
    super({
      ...options,
      savingSecret: savedSecrets(options),
      ...(clientState === undefined ? {} : { clientState }),
    });
  }
}
