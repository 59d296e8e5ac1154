/** Rows of a CSV text (RFC 4180): commas, double quotes, LF or CRLF; a byte order mark is skipped. */
export const parseCsv = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  // A field is quoted, with doubled quotes inside, or has neither quotes nor separators.
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const source = text.replace(/^\uFEFF/, '');
  let row: string[] = [];
  while (fields.lastIndex < source.length) {
    const at = fields.lastIndex;
    const found = fields.exec(source);
    if (!found) throw new SyntaxError(`CSV: cannot read line ${source.slice(0, at).split('\n').length}`);
    const [, quoted, plain, end] = found;
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',' && fields.lastIndex < source.length) continue;
    if (end === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows.filter((cells) => cells.some((cell) => cell !== ''));
};

/** Spreadsheets run a cell that begins like this; an apostrophe in front makes it text. */
const formulaStart = /^[=+\-@\t\r]/;

const cellOf = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  const text = typeof value === 'string' && formulaStart.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const formatCsv = (rows: readonly (readonly (string | number | undefined)[])[]): string =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
