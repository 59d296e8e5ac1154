import { concatBytes } from '@openrecognize/bytes';
import type { HttpAnswer, HttpRequest, NetworkingModule } from '../ports/networking-module.ts';

/** Larger than any answer of the device protocol. */
const maxAnswerBytes = 1_048_576;

const readLimited = async (response: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of response.body ?? []) {
    total += part.length;
    if (total > maxAnswerBytes) throw new Error('answer too large');
    parts.push(part);
  }
  return concatBytes(...parts);
};

const send = async (request: HttpRequest): Promise<HttpAnswer> => {
  const response = await fetch(`${request.baseUrl}${request.path}`, {
    method: request.method,
    headers: request.headers,
    // A redirect would carry the API key to a host nobody configured.
    redirect: 'manual',
    signal: AbortSignal.timeout(request.timeoutMs),
    ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
  });
  return { errorCode: 0, httpCode: response.status, responseBody: await readLimited(response) };
};

/** Networking module on the runtime's own `fetch`; connections are kept alive. Rejects when no answer came. */
export const fetchNetwork: NetworkingModule = { sendHTTPRequest: send };
