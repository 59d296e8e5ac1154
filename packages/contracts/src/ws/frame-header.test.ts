import { describe, expect, it } from 'vitest';
import {
  decodeFrameHeader,
  encodeFrameContext,
  encodeFrameHeader,
  FRAME_HEADER_BYTES,
  frameAssociatedData,
  frameNonce,
} from './frame-header.ts';
import { closeCodeOf, WEB_SESSION_CLOSE, WEB_SESSION_ERROR_CODES } from './session-errors.ts';

const header = {
  encoding: 'rgb',
  flashStep: 7,
  sequence: 0x0102_0304,
  capturedAtMs: 0x0a0b_0c0d,
  width: 640,
  height: 480,
} as const;
const context = { sessionId: 's', stream: 0, flow: 'auth', customer: 'demo', username: 'ann' };

describe('a frame header', () => {
  it('is laid out as documented', () => {
    expect(Buffer.from(encodeFrameHeader(header)).toString('hex')).toBe('01020007040302010d0c0b0a8002e001');
  });

  it('reads back as it was written', () => {
    expect(decodeFrameHeader(encodeFrameHeader(header))).toEqual(header);
  });

  it.each([
    ['another version', 0, 2],
    ['an unknown encoding', 1, 3],
    ['a reserved flag', 2, 1],
    ['a width beyond the limit', 13, 0x20],
    ['a height below the limit', 15, 0],
  ])('is refused with %s', (_what, offset, value) => {
    const bytes = encodeFrameHeader({ ...header, height: 64 + 256 });
    bytes[offset] = value;
    expect(decodeFrameHeader(bytes)).toBeNull();
  });

  it('is refused when cut short', () => {
    expect(decodeFrameHeader(encodeFrameHeader(header).subarray(0, FRAME_HEADER_BYTES - 1))).toBeNull();
  });
});

describe('the context of a stream', () => {
  it('differs whenever a part moves into its neighbour', () => {
    const shifted = { ...context, customer: 'demoa', username: 'nn' };
    expect(encodeFrameContext(context)).not.toEqual(encodeFrameContext(shifted));
  });

  it('tells an absent part from an empty one', () => {
    expect(encodeFrameContext(context)).not.toEqual(encodeFrameContext({ ...context, transactionData: '' }));
  });

  it('ends associated data that start with the header', () => {
    const bytes = encodeFrameHeader(header);
    const data = frameAssociatedData(bytes, Uint8Array.of(1, 2));
    expect([...data]).toEqual([...bytes, 1, 2]);
  });

  it('has a nonce that counts in its last bytes', () => {
    expect([...frameNonce(0x0102_0304)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
  });
});

describe('close codes', () => {
  it('exist for each code and are never the one of success', () => {
    for (const code of WEB_SESSION_ERROR_CODES) {
      expect(closeCodeOf(code)).toBeGreaterThanOrEqual(4000);
      expect(Object.values(WEB_SESSION_CLOSE)).toContain(closeCodeOf(code));
    }
  });
});
