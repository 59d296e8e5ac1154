import { WEB_SESSION_ERROR_CODES } from '@openrecognize/contracts/ws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginStream, frameResults } from '../../test/fake-session-server.ts';
import { parseServerMessage } from './server-message.ts';

const parse = (message: unknown) => parseServerMessage(JSON.stringify(message));

describe('parseServerMessage', () => {
  it('reads what the service sends', () => {
    expect(parse(beginStream()).message).toEqual(beginStream());
    expect(parse(frameResults(3, ['eyes_closed'])).message).toEqual(frameResults(3, ['eyes_closed']));
    expect(parse({ type: 'stop-stream' }).message).toEqual({ type: 'stop-stream' });
  });

  it('knows every code of the server, and takes a later one for an inner error', () => {
    for (const code of WEB_SESSION_ERROR_CODES) {
      expect(parse({ type: 'error', code, message: '', retryable: false }).message).toMatchObject({ code });
    }
    expect(parse({ type: 'error', code: 'SERVER_NEW' }).message).toMatchObject({
      code: 'SERVER_INTERNAL_ERROR',
    });
  });

  it('tells a missing session id and missing filters apart from other faults', () => {
    expect(parse({ ...beginStream(), sessionId: undefined }).code).toBe('SESSION_ID_UNSET');
    expect(parse({ ...frameResults(0), filters: undefined }).code).toBe('FRAME_RESULTS_SET_UNSET');
    expect(parse({ ...frameResults(0), filters: [{ name: 'other' }] }).code).toBe('FRAME_RESULTS_SET_UNSET');
    expect(parse({ type: 'constructor' }).code).toBe('WEB_SOCKET_MESSAGE_SET_UNSET');
    expect(parseServerMessage('{').code).toBe('WEB_SOCKET_MESSAGE_SET_UNSET');
    expect(parseServerMessage(`"${'x'.repeat(70_000)}"`).code).toBe('WEB_SOCKET_MESSAGE_SET_UNSET');
  });

  it('lets no colour through that is more than a colour', () => {
    const flash = { step: 1, colour: '#fff;background:url(//evil.example)' };
    expect(parse(beginStream({ flash })).code).toBe('WEB_SOCKET_MESSAGE_SET_UNSET');
  });

  it('never throws, whatever arrives', () => {
    const types = ['begin-stream', 'frame-results', 'finished', 'transfer', 'error', 'stop-stream'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.jsonValue(), fc.string(), (type, value, text) => {
        const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
        const results = [parseServerMessage(text), parse(value), parse({ ...(isObject ? value : {}), type })];
        return results.every(({ message, code }) => (message === undefined) !== (code === undefined));
      }),
    );
  });
});
