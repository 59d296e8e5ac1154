import type { Module, PrivateKey, Session, Sign, Slot } from 'graphene-pk11';
import { configInvalid } from '../../key-sources.ts';

type Graphene = typeof import('graphene-pk11');

export interface Pkcs11TokenOptions {
  /** Path of the vendor's library. */
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pin: string;
}

/** A session with its private key; one signature at a time. */
export interface Pkcs11Session {
  /** Raw ECDSA over a digest: r and s, as PKCS #11 answers them. */
  signDigest(digest: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** One token of a hardware module. */
export interface Pkcs11Token {
  /** Uncompressed point of the public key with this label (SEC 1 §2.3.3), and the DER of its curve. */
  readPublicKey(keyLabel: string): { readonly point: Uint8Array; readonly curve: Uint8Array };
  openSession(keyLabel: string): Pkcs11Session;
  close(): void;
}

const importGraphene = async (): Promise<Graphene> => {
  try {
    return await import('graphene-pk11');
  } catch (cause) {
    throw configInvalid('SIGNING_KEYS', 'needs graphene-pk11 with the native part of pkcs11js', cause);
  }
};

/** A library is initialized once per process, however many keys it holds (PKCS #11 §5.4). */
const loaded = new Map<string, { readonly module: Module; users: number }>();

const acquireModule = (graphene: Graphene, path: string): Module => {
  const known = loaded.get(path);
  if (known) {
    known.users++;
    return known.module;
  }
  let module: Module;
  try {
    module = graphene.Module.load(path);
    module.initialize();
  } catch (cause) {
    throw configInvalid('PKCS11_MODULE_FILE', 'cannot be loaded and initialized', cause);
  }
  loaded.set(path, { module, users: 1 });
  return module;
};

const releaseModule = (path: string): void => {
  const known = loaded.get(path);
  if (!known || --known.users > 0) return;
  loaded.delete(path);
  known.module.finalize();
  known.module.close();
};

const findSlot = (module: Module, tokenLabel: string): Slot | undefined => {
  const slots = module.getSlots(true);
  for (let index = 0; index < slots.length; index++) {
    const slot = slots.items(index);
    if (slot.getToken().label.trimEnd() === tokenLabel) return slot;
  }
  return undefined;
};

const isLoggedInAlready = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('CKR_USER_ALREADY_LOGGED_IN');

const findKey = (graphene: Graphene, session: Session, keyClass: number, label: string) => {
  const found = session.find({ class: keyClass, keyType: graphene.KeyType.EC, label });
  if (found.length !== 1) {
    throw configInvalid('SIGNING_KEYS', `names a PKCS #11 label that ${found.length} EC keys carry, not one`);
  }
  return found.items(0);
};

/** DER OCTET STRING around the point, which some modules leave away. */
const unwrapPoint = (value: Uint8Array): Uint8Array =>
  value[0] === 0x04 && value[1] === value.length - 2 ? value.subarray(2) : value;

const createSession = (session: Session, key: PrivateKey): Pkcs11Session => ({
  signDigest: (digest) =>
    new Promise((resolve, reject) => {
      // Selecting key and mechanism stays in the library; the way to the module is `once`, off the main thread.
      const operation: Sign = session.createSign({ name: 'ECDSA', params: null }, key);
      operation.once(Buffer.from(digest), (error, signature) => {
        if (error) reject(error);
        else resolve(new Uint8Array(signature));
      });
    }),
  close: () => session.close(),
});

/**
 * Loads the library and finds the token by its label.
 *
 * @throws RecognizeError CONFIG_INVALID when the library, the token or the PIN is not usable
 */
export const openPkcs11Token = async (options: Pkcs11TokenOptions): Promise<Pkcs11Token> => {
  const { modulePath, tokenLabel, pin } = options;
  const graphene = await importGraphene();
  const module = acquireModule(graphene, modulePath);

  const openLoggedIn = (): Session => {
    const slot = findSlot(module, tokenLabel);
    if (!slot) throw configInvalid('PKCS11_TOKEN_LABEL', 'names no token that is present');
    const session = slot.open(graphene.SessionFlag.SERIAL_SESSION);
    try {
      session.login(pin);
    } catch (cause) {
      if (!isLoggedInAlready(cause)) {
        session.close();
        throw configInvalid('PKCS11_PIN', 'is refused by the token', cause);
      }
    }
    return session;
  };

  const withKey = <T>(keyClass: number, label: string, use: (session: Session, key: PrivateKey) => T): T => {
    const session = openLoggedIn();
    try {
      return use(session, findKey(graphene, session, keyClass, label).toType<PrivateKey>());
    } catch (error) {
      session.close();
      throw error;
    }
  };

  return {
    readPublicKey: (keyLabel) =>
      withKey(graphene.ObjectClass.PUBLIC_KEY, keyLabel, (session, key) => {
        const { pointEC, paramsEC } = key.getAttribute({ pointEC: null, paramsEC: null });
        session.close();
        return {
          point: unwrapPoint(new Uint8Array(pointEC ?? [])),
          curve: new Uint8Array(paramsEC ?? []),
        };
      }),
    openSession: (keyLabel) =>
      withKey(graphene.ObjectClass.PRIVATE_KEY, keyLabel, (session, key) => createSession(session, key)),
    close: () => releaseModule(modulePath),
  };
};
