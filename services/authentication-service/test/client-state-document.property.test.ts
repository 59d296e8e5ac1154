import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientStateDocument } from '../src/client-state-document.ts';
import { decodeWebUserRecord } from '../src/web-user-record.ts';

const invalid = expect.objectContaining({ code: 'CLIENT_STATE_INVALID' });

const documentLike = fc.record({
  artifact: fc.oneof(
    fc.record({ family: fc.string(), version: fc.string(), target: fc.string(), liveness: fc.string() }),
    fc.jsonValue(),
  ),
  'core-client-state': fc.oneof(fc.base64String({ maxLength: 400 }), fc.jsonValue()),
});

describe('bytes that are no client state', () => {
  it('are refused by one code, whatever they are', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.oneof(fc.jsonValue(), documentLike).map((value) => new TextEncoder().encode(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        expect(() => decodeClientStateDocument(bytes)).toThrow(invalid);
      }),
      { numRuns: 500 },
    );
  });

  it('are refused as a stored record too', () => {
    const recordLike = fc
      .uint8Array({ maxLength: 300 })
      .map((tail) => Uint8Array.from([...Buffer.from('ORWU'), 1, 0, 0, 0, ...tail]));
    fc.assert(
      fc.property(recordLike, (bytes) => {
        try {
          decodeWebUserRecord(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CLIENT_STATE_INVALID' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
