import type { Module, PrivateKey, Session, Slot } from 'graphene-pk11';

type Graphene = typeof import('graphene-pk11');

export interface Pkcs11TokenOptions {
  /** Path of the vendor's library. */
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pin: string;
}

/** A setting that is wrong: which variable, and why without its value. */
export class Pkcs11SettingError extends Error {
  readonly variable: string;
  readonly reason: string;
  constructor(variable: string, reason: string, cause?: unknown) {
    super(`${variable} ${reason}`, { cause });
    this.name = 'Pkcs11SettingError';
    this.variable = variable;
    this.reason = reason;
  }
}

/** What a token says of a public EC key. */
export interface Pkcs11PublicKey {
  /** Uncompressed (SEC 1 §2.3.3). */
  readonly point: Uint8Array;
  /** DER of the curve's OBJECT IDENTIFIER. */
  readonly curve: Uint8Array;
}

/** One token of a hardware module; every call blocks until the module answers. */
export interface Pkcs11Connection {
  readPublicKey(keyLabel: string): Pkcs11PublicKey;
  /** Raw ECDSA over a digest: r and s. */
  signDigest(keyLabel: string, digest: Uint8Array): Uint8Array;
  close(): void;
}

/** By number: the names of the attribute table are not unique. */
const CKA_EC_PARAMS = 0x180;
const CKA_EC_POINT = 0x181;

/** Uncompressed P-256 point in a DER OCTET STRING, which some modules leave away. */
const unwrapPoint = (value: Uint8Array): Uint8Array =>
  value.length === 67 && value[0] === 0x04 && value[1] === 65 ? value.subarray(2) : value;

const loadModule = (graphene: Graphene, path: string): Module => {
  try {
    const module = graphene.Module.load(path);
    module.initialize();
    return module;
  } catch (cause) {
    throw new Pkcs11SettingError('PKCS11_MODULE_FILE', 'cannot be loaded and initialized', cause);
  }
};

const findSlot = (module: Module, tokenLabel: string): Slot => {
  const slots = module.getSlots(true);
  for (let index = 0; index < slots.length; index++) {
    const slot = slots.items(index);
    if (slot.getToken().label.trimEnd() === tokenLabel) return slot;
  }
  throw new Pkcs11SettingError('PKCS11_TOKEN_LABEL', 'names no token that is present');
};

const login = (session: Session, pin: string): void => {
  try {
    session.login(pin);
  } catch (cause) {
    // All sessions of a process share one login (PKCS #11 §5.6.8).
    if (cause instanceof Error && cause.message.includes('CKR_USER_ALREADY_LOGGED_IN')) return;
    throw new Pkcs11SettingError('PKCS11_PIN', 'is refused by the token', cause);
  }
};

const findKey = (graphene: Graphene, session: Session, keyClass: number, label: string): PrivateKey => {
  const found = session.find({ class: keyClass, keyType: graphene.KeyType.EC, label });
  if (found.length !== 1) {
    const reason = `names a PKCS #11 label that ${found.length} EC keys carry, not one`;
    throw new Pkcs11SettingError('SIGNING_KEYS', reason);
  }
  return found.items(0).toType<PrivateKey>();
};

/**
 * Loads the library; session and login follow at the first call, and again after any call that failed: the handles of
 * before may be dead.
 *
 * @throws Pkcs11SettingError, here and from every call, when a setting is wrong
 */
export const connectPkcs11 = (graphene: Graphene, options: Pkcs11TokenOptions): Pkcs11Connection => {
  const module = loadModule(graphene, options.modulePath);
  let session: Session | undefined;
  const signingKeys = new Map<string, PrivateKey>();

  const closeSession = (): void => {
    signingKeys.clear();
    try {
      session?.close();
    } catch {
      // It is gone already; there is nothing left to free.
    }
    session = undefined;
  };

  const openSession = (): Session => {
    if (session) return session;
    session = findSlot(module, options.tokenLabel).open(graphene.SessionFlag.SERIAL_SESSION);
    login(session, options.pin);
    return session;
  };

  const attempt = <T>(use: (open: Session) => T): T => {
    try {
      return use(openSession());
    } catch (error) {
      closeSession();
      throw error;
    }
  };

  const signingKeyOf = (open: Session, label: string): PrivateKey => {
    const known = signingKeys.get(label);
    if (known) return known;
    const key = findKey(graphene, open, graphene.ObjectClass.PRIVATE_KEY, label);
    signingKeys.set(label, key);
    return key;
  };

  return {
    readPublicKey: (keyLabel) =>
      attempt((open) => {
        const key = findKey(graphene, open, graphene.ObjectClass.PUBLIC_KEY, keyLabel);
        return {
          point: unwrapPoint(new Uint8Array(key.getAttribute(CKA_EC_POINT))),
          curve: new Uint8Array(key.getAttribute(CKA_EC_PARAMS)),
        };
      }),
    signDigest: (keyLabel, digest) =>
      attempt((open) => {
        const operation = open.createSign({ name: 'ECDSA', params: null }, signingKeyOf(open, keyLabel));
        return new Uint8Array(operation.once(Buffer.from(digest)));
      }),
    close() {
      closeSession();
      module.finalize();
      module.close();
    },
  };
};
