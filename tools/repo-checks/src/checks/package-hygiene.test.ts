import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { packageHygiene } from './package-hygiene.ts';

const whatIsWrong = (files: Readonly<Record<string, unknown>>) =>
  packageHygiene.run(fixtureRepository(files)).findings.map(({ file, what }) => `${file}: ${what}`);

describe('pinned dependencies', () => {
  it('accepts exact versions, pre-releases included, and links in the lockfile', () => {
    expect(
      whatIsWrong({
        'packages/a/package.json': { dependencies: { b: '1.2.3' }, devDependencies: { c: '18.4.0-beta.17' } },
        'package-lock.json': { packages: { 'node_modules/a': { resolved: 'packages/a', link: true } } },
      }),
    ).toEqual([]);
  });

  it.each(['^1.2.3', '~1.2.3', '1.x', '*', 'latest', '>=1.0.0', 'file:../b', '1.2'])(
    'refuses %s',
    (version) => {
      for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
        expect(whatIsWrong({ 'packages/a/package.json': { [kind]: { b: version } } })).toEqual([
          `packages/a/package.json: asks for b ${version}, which is no exact version`,
        ]);
      }
    },
  );

  it('refuses a lockfile that names hosts', () => {
    const packages = { 'node_modules/b': { resolved: 'https://mirror.example/b-1.2.3.tgz' } };
    expect(whatIsWrong({ 'package-lock.json': { packages } })).toEqual([
      'package-lock.json: node_modules/b names the host it was fetched from',
    ]);
  });
});
