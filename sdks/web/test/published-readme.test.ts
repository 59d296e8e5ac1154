import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedReadme } from '../scripts/published-readme.mjs';

const sdks = join(import.meta.dirname, '../..');
const folder = 'sdks/web';
const isPublished = (path: string): boolean => path === 'LICENSE';
const repository = { type: 'git', url: 'git+https://code.example/openrecognize.git' };

describe('a README that is published', () => {
  it('links to the repository for what is not in the package', () => {
    expect(
      publishedReadme('See [errors](../../docs/errors.md#a) and [tests](test/a.ts).', {
        folder,
        repository,
        isPublished,
      }),
    ).toBe(
      'See [errors](https://code.example/openrecognize/blob/HEAD/docs/errors.md#a) and [tests](https://code.example/openrecognize/blob/HEAD/sdks/web/test/a.ts).',
    );
  });

  it('has plain words in place of a link where no repository is named', () => {
    expect(
      publishedReadme('See the [error\nreference](../../docs/errors.md).', { folder, isPublished }),
    ).toBe('See the error\nreference.');
  });

  it('keeps links that work anywhere, and code', () => {
    const text = '[a](https://a.example/) [b](#b) [c](LICENSE) [d](./LICENSE)\n\n```js\na[0](b)\n```\n';
    expect(publishedReadme(text, { folder, isPublished })).toBe(text);
  });

  it.each(['web', 'web-components'])('of %s has no link that is dead once it is installed', (name) => {
    const file = join(sdks, name, 'package/README.md');
    if (!existsSync(file)) return;
    const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
    const dead = targets.filter(
      (target) => !/^(?:https?:|#)/.test(target) && !existsSync(join(sdks, name, 'package', target)),
    );
    expect(dead).toEqual([]);
  });
});
