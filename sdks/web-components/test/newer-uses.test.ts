import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNewerStyles, findNewerUses } from './newer-uses.ts';

const sdks = join(import.meta.dirname, '../..');
const folders = ['web/package', 'web-components/package'].map((folder) => join(sdks, folder));
const isBuilt = folders.every((folder) => existsSync(join(folder, 'index.js')));
if (!isBuilt) console.warn('skipped: what the published scripts use (a package is not built)');

/** Used, and why browsers without it are served all the same. */
const ALLOWED_USES: Readonly<Record<string, string>> = {
  trustedTypes: 'Lit asks whether it is there',
  userAgentData: 'asked whether it is there; the media queries of pointers decide elsewhere',
};
const ALLOWED_STYLES: Readonly<Record<string, string>> = {
  'container-type': 'sizes of no-container-units.styles.ts stand in',
  cqi: 'sizes of no-container-units.styles.ts stand in',
  dvb: 'the same in vh stands before it',
  'text-wrap': 'lines of a headline are less alike',
  balance: 'value of text-wrap',
};

const scripts = isBuilt
  ? folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.js'))
        .map((name) => join(folder, name)),
    )
  : [];

/** Reading all of a large script takes a while. */
const patienceMs = 60_000;
const readings = new Map<string, { readonly uses: string[]; readonly styles: string[] }>();
const read = (path: string) => {
  const code = readFileSync(path, 'utf8');
  const reading = readings.get(path) ?? { uses: findNewerUses(code), styles: findNewerStyles(code) };
  readings.set(path, reading);
  return reading;
};

describe.skipIf(!isBuilt)('the published scripts', () => {
  it.each(scripts.map((path) => relative(sdks, path)))(
    '%s runs on browsers of the minimum',
    {
      timeout: patienceMs,
    },
    (path) => {
      const { uses, styles } = read(join(sdks, path));
      expect(uses.filter((use) => !(use in ALLOWED_USES))).toEqual([]);
      expect(styles.filter((use) => !(use in ALLOWED_STYLES))).toEqual([]);
    },
  );

  it('need each exception', { timeout: patienceMs }, () => {
    const all = scripts.map(read);
    expect(new Set(all.flatMap(({ uses }) => uses))).toEqual(new Set(Object.keys(ALLOWED_USES)));
    expect(new Set(all.flatMap(({ styles }) => styles))).toEqual(new Set(Object.keys(ALLOWED_STYLES)));
  });
});

describe('the search for what is newer than the minimum', () => {
  it.each([
    ['text.isWellFormed()', 'isWellFormed'],
    ["list['findLast'](f)", 'findLast'],
    ['const { toSorted } = []', 'toSorted'],
    ['reportError(e)', 'reportError'],
    ['self.structuredClone(a)', 'structuredClone'],
    ['AbortSignal.timeout(5)', 'AbortSignal.timeout'],
    ['Promise.withResolvers()', 'Promise.withResolvers'],
    ['class A { [Symbol.dispose]() {} }', 'Symbol.dispose'],
    ['new Float16Array(2)', 'Float16Array'],
    ['requestIdleCallback(f)', 'requestIdleCallback'],
    ['/[\\p{L}--[a-z]]/v', '/[\\p{L}--[a-z]]/v'],
    ['/a(?i:b)/', '/a(?i:b)/'],
  ])('finds %s', (code, use) => {
    expect(findNewerUses(code)).toEqual([use]);
  });

  it.each([
    'list.find(f).map(g); signal.timeout; a.dispose(); json.bytes',
    'const a = { findLast: 1, structuredClone() {} }',
    '/(?:a)(?<b>c)(?<!d)/u',
  ])('lets %s pass', (code) => {
    expect(findNewerUses(code)).toEqual([]);
  });

  it('finds units, selectors, functions, properties and rules in style sheets, not in words', () => {
    const sheet = `.a { inline-size: 5cqi; block-size: calc(9dvh - 1px); color: color-mix(in oklab, red, blue); }
      .a:has(b) { text-wrap: balance; & c { scale: 2; } } @container (width > 1px) { b { top: 0; } }`;
    expect(findNewerStyles(`const a = css\`${sheet}\``)).toEqual(
      ['&', ':has', '@container', 'balance', 'color-mix(', 'cqi', 'dvh', 'scale', 'text-wrap'].sort(),
    );
    const plain =
      '.scale { transform: scale(2); inset: 0; } /* 5cqi :has(a) */ a:hover { margin: 5vh 1vmax; }';
    expect(findNewerStyles(`css\`${plain}\``)).toEqual([]);
  });
});
