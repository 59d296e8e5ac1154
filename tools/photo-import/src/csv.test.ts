import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from './csv.ts';

describe('CSV', () => {
  it('reads quoted fields, empty ones and every kind of line end (RFC 4180)', () => {
    expect(parseCsv('a,"b ""c"", d",\r\n"x\ny",,z\n\n1,2')).toEqual([
      ['a', 'b "c", d', ''],
      ['x\ny', '', 'z'],
      ['1', '2'],
    ]);
    expect(parseCsv('')).toEqual([]);
    expect(parseCsv('a,')).toEqual([['a', '']]);
  });

  it.each(['"open', 'a"b', '"a"b,c'])('refuses %j', (text) => {
    expect(() => parseCsv(text)).toThrow(SyntaxError);
  });

  it('writes what it reads', () => {
    const rows = [
      ['plain', 'with, comma', 'with "quotes"', 'two\nlines'],
      ['1', '', 'x', 'y'],
    ];
    expect(parseCsv(formatCsv(rows))).toEqual(rows);
  });

  it('writes text that looks like a formula as text, and numbers as numbers', () => {
    expect(formatCsv([['=SUM(A1)', '+1', '-1', '@x', -1, 0.5]])).toBe("'=SUM(A1),'+1,'-1,'@x,-1,0.5\r\n");
  });
});
