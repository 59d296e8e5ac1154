import { RecognizeError } from '@openrecognize/contracts';
import type { Dispatcher } from 'undici';

export interface Answer {
  readonly status: number;
  /** Owned by the receiver. */
  readonly body: Uint8Array;
}

export interface ExchangeLimits {
  readonly timeoutMs: number;
  /** Largest body taken. */
  readonly maxBytes: number;
}

const NO_BYTES = new Uint8Array(0);

/** Puts the parts of a body together; the usual single part is taken as it is. */
const createBodyCollector = (maxBytes: number) => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add(chunk: Uint8Array): void {
      length += chunk.length;
      if (length > maxBytes) {
        throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('answer too large') });
      }
      chunks.push(chunk);
    },
    whole(): Uint8Array {
      const [first] = chunks;
      if (first === undefined) return NO_BYTES;
      // Nobody else looks at this part of what the socket read.
      if (chunks.length === 1) return new Uint8Array(first.buffer, first.byteOffset, first.length);
      const body = new Uint8Array(length);
      let offset = 0;
      for (const chunk of chunks) {
        body.set(chunk, offset);
        offset += chunk.length;
      }
      return body;
    },
  };
};

/**
 * Sends one request and gathers its whole answer, whatever the status. Below undici's streams and signals, which a
 * small answer that is wanted whole has no use for: they cost as much as the rest of the call.
 *
 * @throws RecognizeError SERVICE_TIMEOUT after `timeoutMs`, INTERNAL_ERROR for an answer that is too large; else
 * what undici reports of the connection
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeoutMs, maxBytes }: ExchangeLimits,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const body = createBodyCollector(maxBytes);
    let status = 0;
    let running: Dispatcher.DispatchController | undefined;
    let givenUp: RecognizeError | undefined;
    const timer = setTimeout(() => {
      givenUp = new RecognizeError('SERVICE_TIMEOUT');
      reject(givenUp);
      running?.abort(givenUp);
    }, timeoutMs);
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        running = controller;
        // Its time was over before a connection was free.
        if (givenUp !== undefined) controller.abort(givenUp);
      },
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, chunk) {
        // Throwing ends the connection and comes back as onResponseError.
        body.add(chunk);
      },
      onResponseEnd() {
        clearTimeout(timer);
        resolve({ status, body: body.whole() });
      },
      onResponseError(_controller, error) {
        clearTimeout(timer);
        reject(error);
      },
    });
  });
