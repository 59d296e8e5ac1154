import { describe, expect, it } from 'vitest';
import { resolveExports } from './resolve-exports.ts';

describe('resolveExports', () => {
  it('follows a string, a condition object and a list', () => {
    expect(resolveExports('./a.js', '.')).toEqual(['./a.js']);
    expect(resolveExports({ types: './a.d.ts', default: './a.js' }, '.')).toEqual(['./a.js']);
    expect(resolveExports({ './b': [{ node: './n.js' }, './b.js'] }, './b')).toEqual(['./n.js', './b.js']);
  });

  it('gives the files of all conditions, nested ones too', () => {
    const field = {
      '.': { browser: './web.js', node: { import: './node.js' }, types: { import: './t.d.ts' } },
    };
    expect(resolveExports(field, '.')).toEqual(['./web.js', './node.js']);
  });

  it('fills in the star of a pattern', () => {
    expect(resolveExports({ './el/*': './dist/el/*/index.js' }, './el/auth')).toEqual([
      './dist/el/auth/index.js',
    ]);
    expect(resolveExports({ '#db': './db.js' }, '#db')).toEqual(['./db.js']);
  });

  it('gives nothing for a subpath that is not exported', () => {
    expect(resolveExports({ '.': './a.js' }, './internal')).toEqual([]);
    expect(resolveExports(undefined, '.')).toEqual([]);
  });
});
