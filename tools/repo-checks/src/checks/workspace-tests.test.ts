import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { workspaceTests } from './workspace-tests.ts';

describe('workspaces tested', () => {
  it('names the workspaces without a test file', () => {
    const repository = fixtureRepository({
      'packages/a/package.json': {},
      'packages/a/src/deep/x.test.ts': '',
      'packages/ab/package.json': {},
      'packages/ab/src/x.ts': '',
      'packages/ab/dist/x.test.ts': '',
      'e2e/package.json': {},
      'e2e/test/x.integration.test.ts': '',
    });
    expect(workspaceTests.run(repository).findings.map(({ file }) => file)).toEqual(['packages/ab']);
  });
});
