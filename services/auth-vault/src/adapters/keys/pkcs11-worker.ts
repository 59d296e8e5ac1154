import { parentPort, workerData } from 'node:worker_threads';
import {
  connectPkcs11,
  type Pkcs11Connection,
  type Pkcs11PublicKey,
  Pkcs11SettingError,
  type Pkcs11TokenOptions,
} from './pkcs11-connection.ts';

/** What the main thread asks; answered in the same order. */
export type Pkcs11Request =
  | { readonly id: number; readonly kind: 'read-public-key'; readonly keyLabel: string }
  | {
      readonly id: number;
      readonly kind: 'sign-digest';
      readonly keyLabel: string;
      readonly digest: Uint8Array;
    }
  | { readonly id: number; readonly kind: 'close' };

/** A failure without its class, which does not survive the way between threads. */
export interface Pkcs11Failure {
  readonly message: string;
  /** Where a setting is wrong. */
  readonly setting?: { readonly variable: string; readonly reason: string };
}

export type Pkcs11Answer =
  | { readonly id: number; readonly result: Pkcs11PublicKey | Uint8Array | undefined }
  | { readonly id: number; readonly failure: Pkcs11Failure };

let connection: Pkcs11Connection | undefined;

const connect = async (): Promise<Pkcs11Connection> => {
  let graphene: typeof import('graphene-pk11');
  try {
    graphene = await import('graphene-pk11');
  } catch (cause) {
    const reason = 'needs graphene-pk11 with the native part of pkcs11js';
    throw new Pkcs11SettingError('SIGNING_KEYS', reason, cause);
  }
  return connectPkcs11(graphene, workerData as Pkcs11TokenOptions);
};

const perform = async (request: Pkcs11Request): Promise<Pkcs11PublicKey | Uint8Array | undefined> => {
  if (request.kind === 'close') {
    connection?.close();
    parentPort?.close();
    return undefined;
  }
  connection ??= await connect();
  return request.kind === 'sign-digest'
    ? connection.signDigest(request.keyLabel, request.digest)
    : connection.readPublicKey(request.keyLabel);
};

const failureOf = (error: unknown): Pkcs11Failure => {
  const message = error instanceof Error ? error.message : 'unknown failure';
  if (!(error instanceof Pkcs11SettingError)) return { message };
  return { message, setting: { variable: error.variable, reason: error.reason } };
};

let turn: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: Pkcs11Request) => {
  const { id } = request;
  const answer = (reply: Pkcs11Answer) => parentPort?.postMessage(reply);
  turn = turn
    .then(() => perform(request))
    .then(
      (result) => answer({ id, result }),
      (error: unknown) => answer({ id, failure: failureOf(error) }),
    );
});
