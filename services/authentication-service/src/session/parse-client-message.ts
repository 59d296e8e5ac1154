import { bytesToUtf8 } from '@openrecognize/bytes';
import type { ClientMessage } from '@openrecognize/contracts/ws';
import { ClientMessageSchema } from '@openrecognize/contracts/ws/schemas';
import { Compile } from 'typebox/compile';

const schema = Compile(ClientMessageSchema);

/** Lone surrogates have no UTF-8 form, so nothing can be bound to them. */
const isWellFormed = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.isWellFormed()
    : typeof value !== 'object' || value === null || Object.values(value).every(isWellFormed);

/** The message a text frame holds, in UTF-8; null for anything that is none. Never throws. */
export const parseClientMessage = (bytes: Uint8Array): ClientMessage | null => {
  let message: unknown;
  try {
    message = JSON.parse(bytesToUtf8(bytes));
  } catch {
    return null;
  }
  return schema.Check(message) && isWellFormed(message) ? (message as ClientMessage) : null;
};
