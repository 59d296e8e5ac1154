import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { forbiddenWords } from './forbidden-words.ts';

const whereIsIt = (files: Readonly<Record<string, string>>) =>
  forbiddenWords.run(fixtureRepository(files)).findings.map(({ file, what }) => `${file} ${what}`);

describe('forbidden words', () => {
  it('finds paths of one machine, leftover markers and merge conflicts', () => {
    expect(
      whereIsIt({
        'a.ts': ['const a = 1;', `const path = '/${'work'}/main';`].join('\n'),
        'b.md': `${'TO'}${'DO'}: the rest`,
        'c.sql': `${'<'.repeat(7)} HEAD`,
      }),
    ).toEqual([
      'a.ts:2 names a path of one machine',
      'b.md:1 has a leftover marker',
      'c.sql:1 has a merge conflict',
    ]);
  });

  it('passes over similar words, directories in relative paths and binary files', () => {
    expect(
      whereIsIt({
        'a.ts': `import '../net${'work/'}x.ts'; // mastodon, ./${'work'}/x`,
        'b.bin': `\0${'TO'}${'DO'}`,
      }),
    ).toEqual([]);
  });
});
