import { describe, expect, it } from 'vitest';
import { importsOf } from './imports-of.ts';

describe('importsOf', () => {
  it('finds every form of import with a literal name', () => {
    const source = [
      "import './a.js';",
      'import b from "b";',
      "import { c, d as e } from './c.js';",
      'import {\n  f,\n  g,\n} from "./f.js";',
      "import * as h from 'h/sub';",
      "export * from './i.js';",
      "export { j } from './j.js';",
      "import data from './data.json' with { type: 'json' };",
      "const k = await import('./k.js');",
      "const l = require('l');",
      "new Worker(new URL('./m.js', import.meta.url));",
    ].join('\n');
    expect([...importsOf(source).specifiers].sort()).toEqual([
      './a.js',
      './c.js',
      './data.json',
      './f.js',
      './i.js',
      './j.js',
      './k.js',
      './m.js',
      'b',
      'h/sub',
      'l',
    ]);
    expect(importsOf(source).hasComputedImport).toBe(false);
  });

  it('ignores imports in comments and template literals', () => {
    const source = [
      '/**',
      " * import { x } from 'in-a-docstring';",
      ' */',
      "// import 'in-a-line-comment';",
      "const text = `\nimport 'in-a-template';\n\x24{ `nested\nimport 'in-a-nested-template';` }\nimport 'after-it';\n`;",
      'const url = "https://example.org/*"; // no comment begins in a string',
      "import 'real'; /* ends */",
    ].join('\n');
    expect(importsOf(source).specifiers).toEqual(['real']);
  });

  it('is not misled by regular expressions and divisions', () => {
    const source =
      "const a = /['\"`/*]/.test(b) ? c / d : e / f;\nimport('x');\nconst g = (h) / 2; // 'quote\nimport('y');";
    expect(importsOf(source).specifiers).toEqual(['x', 'y']);
  });

  it('returns to the template after braces inside of an interpolation', () => {
    expect(
      importsOf("const a = `x\x24{{ b: { c: 1 } }.b}\nimport 'no';`;\nimport 'yes';").specifiers,
    ).toEqual(['yes']);
  });

  it('notices an import whose name is computed, but not import.meta or a method of that name', () => {
    expect(importsOf('await import(name)').hasComputedImport).toBe(true);
    expect(importsOf('await import(`./\x24{name}.js`)').hasComputedImport).toBe(true);
    expect(importsOf('import.meta.url; crypto.subtle.import(key)').hasComputedImport).toBe(false);
  });
});
