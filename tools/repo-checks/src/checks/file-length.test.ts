import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { fileLength } from './file-length.ts';

describe('file length', () => {
  it('refuses code of more than 400 lines and nothing else', () => {
    const lines = (count: number) => 'x;\n'.repeat(count);
    const repository = fixtureRepository({
      'a.ts': lines(400),
      'b.ts': lines(401),
      'c.json': lines(900),
      'packages/contracts/src/errors/tables/d.ts': lines(900),
    });
    expect(fileLength.run(repository).findings.map(({ file }) => file)).toEqual(['b.ts']);
  });
});
