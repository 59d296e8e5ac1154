import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a receiver of webhooks got it. */
export interface ReceivedEvent {
  readonly signature: string;
  readonly body: string;
}

/** A receiver of webhooks on this machine that answers 500 until it is told to work. */
export const startFailingReceiver = async () => {
  const received: ReceivedEvent[] = [];
  let works = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({
      signature: String(request.headers['kl-signature']),
      body: Buffer.concat(chunks).toString('utf8'),
    });
    response.writeHead(works ? 204 : 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    work: (): void => {
      works = true;
    },
    close: () => server.close(),
  };
};
