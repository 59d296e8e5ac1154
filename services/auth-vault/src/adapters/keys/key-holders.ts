import type { AuthVaultConfig } from '../../config.ts';
import { configInvalid } from '../../key-sources.ts';
import { createKmsGateway, type KmsGateway } from './kms-gateway.ts';
import type { KeyHolders } from './load-signing-keys.ts';
import { openPkcs11Token, type Pkcs11Token } from './pkcs11-token.ts';

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
export const createKeyHolders = (settings: Settings, onClose: KeyHolders['onClose']): KeyHolders => {
  let gateway: KmsGateway | undefined;
  let token: Promise<Pkcs11Token> | undefined;

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

  const openToken = async (): Promise<Pkcs11Token> => {
    const opened = await openPkcs11Token({
      modulePath: required(settings.pkcs11ModuleFile, 'PKCS11_MODULE_FILE'),
      tokenLabel: required(settings.pkcs11TokenLabel, 'PKCS11_TOKEN_LABEL'),
      pin: required(settings.pkcs11Pin, 'PKCS11_PIN'),
    });
    onClose('pkcs11', opened.close);
    return opened;
  };

  return {
    kms,
    pkcs11: () => {
      token ??= openToken();
      return token;
    },
    onClose,
  };
};
