import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { ClientMessage } from './control-messages.ts';
import { ClientMessageSchema } from './schemas.ts';

const token = 'A'.repeat(43);
const key = { id: 'alias/demo', wrapped: 'AAAA' };
const hello: ClientMessage = {
  type: 'hello',
  version: 1,
  flow: 'enroll',
  customer: { name: 'demo' },
  username: 'ann',
  authorization: { token: 't' },
  operation: { id: 'o' },
  transaction: { data: '' },
  seedEntropy: true,
  cameraFlash: false,
  key,
  encoding: 'jpeg',
  client: { version: '1', platform: 'web' },
};
const messages: readonly ClientMessage[] = [
  hello,
  { type: 'resume', version: 1, sessionId: 'A'.repeat(22), token, key },
  { type: 'join', version: 1, token, key, encoding: 'luma' },
  { type: 'request-transfer' },
  { type: 'cancel' },
];

describe('messages of a web session', () => {
  it.each(messages.map((message) => [message.type, message] as const))(
    '%s fits its schema',
    (_type, message) => {
      expect(Value.Check(ClientMessageSchema, message)).toBe(true);
      expect(Value.Check(ClientMessageSchema, { ...message, extra: 1 })).toBe(false);
      expect(Value.Check(ClientMessageSchema, { ...message, type: 'other' })).toBe(false);
    },
  );

  it('may carry a token that says where it came from, sealed', () => {
    const join = messages[2] as Extract<ClientMessage, { type: 'join' }>;
    const isTaken = (text: string) => Value.Check(ClientMessageSchema, { ...join, token: text });
    expect(isTaken(`${token}.${'A'.repeat(28)}`)).toBe(true);
    expect(isTaken(`${token}.${'A'.repeat(400)}`)).toBe(true);
    for (const wrong of ['', '.', '.A', `.${'A'.repeat(401)}`, `.${'A'.repeat(27)}=`, `.${'A'.repeat(28)}.A`])
      expect(isTaken(token.slice(0, wrong === '' ? 42 : 43) + wrong), wrong).toBe(false);
  });

  it('need what the protocol needs', () => {
    for (const name of ['version', 'flow', 'customer', 'username', 'key', 'encoding'] as const) {
      const { [name]: _left, ...rest } = hello as Extract<ClientMessage, { type: 'hello' }>;
      expect(Value.Check(ClientMessageSchema, rest), name).toBe(false);
    }
  });

  it.each([
    ['another version', { version: 2 }],
    ['a customer that is no name', { customer: { name: 'a/b' } }],
    ['an empty username', { username: '' }],
    ['a flow that does not exist', { flow: 'delete' }],
    ['transaction data beyond the limit', { transaction: { data: 'x'.repeat(16_385) } }],
    ['an encoding that does not exist', { encoding: 'webp' }],
  ])('are refused with %s', (_what, change) => {
    expect(Value.Check(ClientMessageSchema, { ...hello, ...change })).toBe(false);
  });
});
