import type { Closer } from '@openrecognize/service-kit';
import type { AuthVaultConfig } from '../../config.ts';
import { configInvalid } from '../../key-sources.ts';
import { createKmsGateway, type KmsGateway } from './kms-gateway.ts';
import type { KeyHolders } from './load-signing-keys.ts';
import { createPkcs11Token, type Pkcs11Token } from './pkcs11-token.ts';

type Settings = Pick<
  AuthVaultConfig,
  | 'kmsEndpoint'
  | 'kmsRegion'
  | 'kmsMaxAttempts'
  | 'signTimeoutMs'
  | 'pkcs11ModuleFile'
  | 'pkcs11TokenLabel'
  | 'pkcs11Pin'
>;

const required = (value: string | undefined, variable: string): string => {
  if (value === undefined) throw configInvalid(variable, 'is missing: a key of SIGNING_KEYS needs it');
  return value;
};

/** The key service and the hardware module of the configuration, each connected at its first use and once. */
export const createKeyHolders = (
  settings: Settings,
  onClose: (name: string, closer: Closer) => void,
): KeyHolders => {
  let gateway: KmsGateway | undefined;
  let token: Pkcs11Token | undefined;

  const kms = (): KmsGateway => {
    if (gateway) return gateway;
    const created = createKmsGateway({
      ...(settings.kmsEndpoint === undefined ? {} : { endpoint: settings.kmsEndpoint }),
      ...(settings.kmsRegion === undefined ? {} : { region: settings.kmsRegion }),
      deadlineMs: settings.signTimeoutMs,
      maxAttempts: settings.kmsMaxAttempts,
    });
    onClose('kms', created.close);
    gateway = created;
    return created;
  };

  const pkcs11 = (): Pkcs11Token => {
    if (token) return token;
    const created = createPkcs11Token({
      modulePath: required(settings.pkcs11ModuleFile, 'PKCS11_MODULE_FILE'),
      tokenLabel: required(settings.pkcs11TokenLabel, 'PKCS11_TOKEN_LABEL'),
      pin: required(settings.pkcs11Pin, 'PKCS11_PIN'),
      deadlineMs: settings.signTimeoutMs,
    });
    onClose('pkcs11', created.close);
    token = created;
    return created;
  };

  return { kms, pkcs11 };
};
