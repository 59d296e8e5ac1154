import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { tsconfigReferences } from './tsconfig-references.ts';

const references = (...paths: readonly string[]) => ({ references: paths.map((path) => ({ path })) });

const SOUND = {
  'tsconfig.json': references('packages/a', 'packages/b'),
  'packages/a/package.json': { name: '@x/a', devDependencies: { '@x/b': '1.0.0' } },
  'packages/a/tsconfig.json': {},
  'packages/b/package.json': { name: '@x/b', dependencies: { '@x/a': '1.0.0' } },
  'packages/b/tsconfig.json': references('../a'),
};

const findingsFor = (changes: Readonly<Record<string, unknown>>) =>
  tsconfigReferences
    .run(fixtureRepository({ ...SOUND, ...changes }))
    .findings.map(({ file, what }) => `${file}: ${what}`);

describe('tsconfig references', () => {
  it('accept references that repeat the dependencies, development ones being optional', () => {
    expect(findingsFor({})).toEqual([]);
  });

  it('refuse a dependency without a reference', () => {
    expect(findingsFor({ 'packages/b/tsconfig.json': {} })).toEqual([
      'packages/b/tsconfig.json: has no reference to packages/a, on which the package depends',
    ]);
  });

  it('refuse a reference without a dependency', () => {
    expect(findingsFor({ 'packages/b/package.json': { name: '@x/b' } })).toEqual([
      'packages/b/tsconfig.json: refers to packages/a, on which the package does not depend',
    ]);
  });

  it('accept a part of a workspace that is a project of its own, whose references count', () => {
    const part = {
      'packages/b/tsconfig.json': references('./src/core'),
      'packages/b/src/core/tsconfig.json': references('../../../a'),
    };
    expect(findingsFor(part)).toEqual([]);
    expect(findingsFor({ 'packages/b/tsconfig.json': references('./src/core', '../a') })).toEqual([
      'packages/b/tsconfig.json: refers to packages/b/src/core, which is no project of a workspace',
    ]);
  });

  it('refuse a project that the root does not list, and a reference to nothing', () => {
    expect(findingsFor({ 'tsconfig.json': references('packages/a', 'packages/gone') })).toEqual([
      'tsconfig.json: does not list packages/b',
      'tsconfig.json: refers to packages/gone, which is no project of a workspace',
    ]);
  });
});
