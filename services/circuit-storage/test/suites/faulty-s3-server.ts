import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request; `hang` never answers, `reset` cuts the connection. */
export type S3Answer = 'hang' | 'reset' | { readonly status: number; readonly body?: string };

export interface FaultyS3Server {
  readonly endpoint: string;
  /** `METHOD path`, in order. */
  readonly requests: readonly string[];
  answer: (request: IncomingMessage, body: string) => S3Answer;
  stop(): Promise<void>;
}

export const s3Error = (status: number, code: string): S3Answer => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>m</Message></Error>`,
});

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('latin1')) body += chunk;
  return body;
};

/** A server that answers what a test wants, for what no real one does on demand. */
export const startFaultyS3Server = async (): Promise<FaultyS3Server> => {
  const requests: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    requests.push(`${request.method} ${request.url}`);
    const answer = faulty.answer(request, body);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/xml' });
    response.end(answer.body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const faulty: FaultyS3Server = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: () => ({ status: 200 }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return faulty;
};
