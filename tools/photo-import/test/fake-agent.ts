import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the agent shall answer to a photo whose text begins with the key. */
interface ScriptedAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Record<string, string>;
}

export const filterAnswer: ScriptedAnswer = {
  status: 422,
  body: {
    title: 'Filter Triggered',
    statusCode: 422,
    code: 'KL_BIOM_ERROR_FILTER_TRIGGERED',
    detail: 'eyes_closed: the eyes are <closed>; image_blurred: "blurred"',
    stats: {
      filters: [
        { name: 'eyes_closed', triggered: true, value: 0.912345, threshold: 0.5 },
        { name: 'image_blurred', triggered: true, value: 12, threshold: 40 },
        { name: 'face_missing', triggered: false, value: 0, threshold: 0.5 },
      ],
    },
  },
};
export const busy = (status: 429 | 503, retryAfter?: string): ScriptedAnswer => ({
  status,
  body: { error: { code: 'TOO_MANY_REQUESTS', number: 616, message: 'Busy.', requestId: 'r' } },
  ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
});

/** An enrollment-agent of the tests: enrolls any bytes, and answers by script where one is set for the photo. */
export const startFakeAgent = async () => {
  const seen: { readonly path: string; readonly photo: string; readonly scenario: string }[] = [];
  const script = new Map<string, ScriptedAnswer[]>();
  const load = { now: 0, most: 0 };
  let onPhoto: (photo: string) => void = () => {};
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    if (request.url === '/health-check') return void answer(200, { version: '1', status: 'ok' });
    load.most = Math.max(load.most, ++load.now);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const photo = Buffer.concat(parts).toString();
    seen.push({ path: request.url!, photo, scenario: String(request.headers['scenario']) });
    onPhoto(photo);
    await new Promise((resolve) => setTimeout(resolve, 5));
    load.now--;
    const scripted = script.get(photo)?.shift();
    if (scripted?.status === 0) return void request.socket.destroy();
    if (scripted) return void answer(scripted.status, scripted.body, scripted.headers);
    const keylessId = createHash('sha256').update(photo).digest('hex').toUpperCase();
    const isOffline = request.url === '/v1/offline-enrollment';
    const state = { keylessId, clientState: `client state of ${photo}` };
    answer(200, isOffline ? { ...state, serverState: 'server' } : state);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script,
    load,
    onPhoto: (listener: (photo: string) => void) => {
      onPhoto = listener;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
