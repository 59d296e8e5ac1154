import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';
import { wireErrorBody } from './error-mapper.ts';

const codeOf = (parserCode: string | undefined) => {
  if (parserCode === 'HPE_HEADER_OVERFLOW') return 'PAYLOAD_TOO_LARGE';
  if (parserCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'SERVICE_TIMEOUT';
  return 'BAD_REQUEST';
};

/** Answers bytes that are no HTTP request with the common error body, then ends the connection. */
export const answerClientError = (parserError: Error & { code?: string }, socket: Socket): void => {
  if (parserError.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const error = new RecognizeError(codeOf(parserError.code));
  const status = error.httpStatus ?? 400;
  const body = JSON.stringify(wireErrorBody(error, randomUUID()));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n` +
      `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
};
