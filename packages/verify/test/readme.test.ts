import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const folder = new URL('..', import.meta.url);

describe('the README', () => {
  it('has an example that runs and prints what its comments say', async () => {
    const text = await readFile(new URL('README.md', folder), 'utf8');
    const code = /```js run\n(.*?)```/s.exec(text)?.[1] ?? '';
    // In the folder of the package, so that its name leads to the built code as it would for a user.
    const file = new URL(`readme-example-${process.pid}.mjs`, folder);
    await writeFile(file, code);
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [file.pathname]);
      const expected = [...code.matchAll(/; \/\/ (\w+)$/gm)].map(([, word]) => word);
      expect(expected).toHaveLength(3);
      expect(stdout.trim().split('\n')).toEqual(expected);
    } finally {
      await rm(file);
    }
  });
});
