import { Worker } from 'node:worker_threads';
import { configInvalid } from '../../key-sources.ts';
import type { Pkcs11PublicKey, Pkcs11TokenOptions } from './pkcs11-connection.ts';
import type { Pkcs11Answer, Pkcs11Failure, Pkcs11Request } from './pkcs11-worker.ts';

/** One token of a hardware module, without blocking. */
export interface Pkcs11Token {
  /** @throws RecognizeError CONFIG_INVALID when a setting is wrong */
  readPublicKey(keyLabel: string): Promise<Pkcs11PublicKey>;
  /**
   * Raw ECDSA over a digest: r and s.
   *
   * @throws RecognizeError CONFIG_INVALID as above, Error when the module fails or the deadline is over
   */
  signDigest(keyLabel: string, digest: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

type Result = Pkcs11PublicKey | Uint8Array | undefined;
type Question = Pkcs11Request extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

interface Pending {
  resolve(result: Result): void;
  reject(error: unknown): void;
  readonly timer: NodeJS.Timeout;
}

/** The built file beside the built code, the source beside the source. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './pkcs11-worker.ts' : './pkcs11-worker.js',
  import.meta.url,
);

const errorOf = ({ message, setting }: Pkcs11Failure): Error =>
  setting === undefined
    ? new Error(message)
    : configInvalid(setting.variable, setting.reason, new Error(message));

/**
 * A token in a thread of its own. PKCS #11 libraries block, many tolerate one thread only, and the asynchronous calls
 * of the binding do not keep their buffers alive; so one thread makes one call after the other, and a module that
 * hangs holds up nothing but signatures. A thread that ends is replaced at the next call.
 *
 * @param options.deadlineMs longest wait for an answer, the wait for earlier calls included.
 */
export const createPkcs11Token = (
  options: Pkcs11TokenOptions & { readonly deadlineMs: number },
): Pkcs11Token => {
  const { deadlineMs, ...workerData } = options;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let nextId = 0;

  const settle = (id: number): Pending | undefined => {
    const one = pending.get(id);
    pending.delete(id);
    clearTimeout(one?.timer);
    return one;
  };

  const spawn = (): Worker => {
    const created = new Worker(workerUrl, { workerData, execArgv: [] });
    const end = (error: Error): void => {
      if (worker === created) worker = undefined;
      for (const id of [...pending.keys()]) settle(id)?.reject(error);
    };
    created.unref();
    created.on('message', (answer: Pkcs11Answer) => {
      if ('failure' in answer) settle(answer.id)?.reject(errorOf(answer.failure));
      else settle(answer.id)?.resolve(answer.result);
    });
    created.on('error', end);
    created.on('exit', () => end(new Error('the thread of the hardware module ended')));
    return created;
  };

  const ask = (question: Question): Promise<Result> =>
    new Promise((resolve, reject) => {
      worker ??= spawn();
      const id = nextId++;
      const timer = setTimeout(() => {
        settle(id)?.reject(new Error(`no answer of the hardware module within ${deadlineMs} ms`));
      }, deadlineMs);
      pending.set(id, { resolve, reject, timer });
      worker.postMessage({ id, ...question } satisfies Pkcs11Request);
    });

  return {
    readPublicKey: async (keyLabel) => (await ask({ kind: 'read-public-key', keyLabel })) as Pkcs11PublicKey,
    signDigest: async (keyLabel, digest) =>
      (await ask({ kind: 'sign-digest', keyLabel, digest })) as Uint8Array,
    async close() {
      if (!worker) return;
      const closing = worker;
      await ask({ kind: 'close' }).catch(() => undefined);
      await closing.terminate();
    },
  };
};
