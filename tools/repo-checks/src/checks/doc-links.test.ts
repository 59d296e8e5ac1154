import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { docLinks } from './doc-links.ts';

const brokenLinks = (files: Readonly<Record<string, string>>) =>
  docLinks.run(fixtureRepository(files)).findings.map(({ file, what }) => `${file} ${what}`);

describe('doc links', () => {
  it('accepts links to files, directories, headings and other sites', () => {
    expect(
      brokenLinks({
        'README.md': [
          '[a](docs/a.md), [dir](docs), ![img](docs/x.svg "title"), [web](https://example.org/x.md)',
          '[own](#the-heading-2-times), [their](docs/a.md#numbers-600699--ours), [second](docs/a.md#again-1)',
          '[ref]: docs/a.md',
          '## The heading, 2 times',
          '`[code](nowhere.md)`',
          '```md\n[fenced](nowhere.md)\n```',
        ].join('\n\n'),
        'docs/a.md': '# Numbers 600–699 & `ours`\n\n## Again\n\n## Again\n\n[up](../README.md)',
        'docs/x.svg': '',
      }),
    ).toEqual([]);
  });

  it('refuses links to missing files, missing headings and out of the repository', () => {
    expect(
      brokenLinks({
        'docs/a.md': '[x](b.md) [y](#nope) [z](../../outside.md)\n\n[ref]: c.md\n',
      }),
    ).toEqual([
      'docs/a.md links to b.md, which does not exist',
      'docs/a.md links to #nope, a heading that does not exist',
      'docs/a.md links to ../../outside.md, which does not exist',
      'docs/a.md links to c.md, which does not exist',
    ]);
  });
});
