import { describe, expect, it } from 'vitest';
import { builtPackage, type FixturePackage, fixtureRepository } from '../../test/fixture-repository.ts';
import { importRules } from './import-rules.ts';

const findingsFor = (packages: Readonly<Record<string, FixturePackage>>) => {
  const files = Object.entries(packages).map(([directory, fixture]) => builtPackage(directory, fixture));
  return importRules.run(fixtureRepository(Object.assign({}, ...files))).findings;
};

const ZKB: FixturePackage = {
  exports: { './client': './dist/client/index.js', './server': './dist/server/index.js' },
  modules: { 'client/index.js': 'export const a = 1;', 'server/index.js': 'export const b = 1;' },
};

describe('import rules', () => {
  it('accept services that stay on their side', () => {
    expect(
      findingsFor({
        'packages/zkb': ZKB,
        'services/core-daemon': {
          dependencies: ['@x/zkb'],
          modules: { 'index.js': "import { b } from '@x/zkb/server';" },
        },
        'services/enrollment-agent': {
          dependencies: ['@x/zkb'],
          modules: { 'index.js': "import { a } from '@x/zkb/client';" },
        },
      }),
    ).toEqual([]);
  });

  it('refuse a core-daemon that reaches biometrics through another package and a dynamic import', () => {
    const findings = findingsFor({
      'packages/biometrics': { modules: { 'index.js': '' } },
      'packages/service-kit': {
        dependencies: ['@x/biometrics'],
        modules: { 'index.js': "export * from './deep.js';", 'deep.js': "await import('@x/biometrics');" },
      },
      'services/core-daemon': {
        dependencies: ['@x/service-kit'],
        modules: { 'index.js': "import './server.js';", 'server.js': "import '@x/service-kit';" },
      },
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.file).toBe('services/core-daemon/dist/server.js');
    expect(findings[0]?.what).toContain(
      'services/core-daemon/dist/server.js -> packages/service-kit/dist/index.js -> ' +
        'packages/service-kit/dist/deep.js -> packages/biometrics/dist/index.js (evaluator-sees-no-biometrics)',
    );
  });

  it.each([
    ['services/core-daemon', '@x/zkb/client', 'evaluator-sees-no-biometrics'],
    ['services/enrollment-agent', '@x/zkb/server', 'client-sides-see-no-server'],
    ['services/authentication-service', '@x/zkb/server', 'client-sides-see-no-server'],
    ['sdks/mobile', '@x/zkb/server', 'client-sides-see-no-server'],
  ])('refuse %s importing %s', (directory, specifier, rule) => {
    const findings = findingsFor({
      'packages/zkb': ZKB,
      [directory]: { dependencies: ['@x/zkb'], modules: { 'index.js': `import '${specifier}';` } },
    });
    expect(findings.map(({ what }) => what)).toEqual([expect.stringContaining(`(${rule})`)]);
  });

  it('refuse a module named at run time where reach is bounded', () => {
    const findings = findingsFor({
      'services/core-daemon': { modules: { 'index.js': 'import(process.argv[2]);' } },
    });
    expect(findings.map(({ file }) => file)).toEqual(['services/core-daemon/dist/index.js']);
  });

  it.each<[string, string, string]>([
    ['services-apart', 'services/auth-vault', "import '@x/other';"],
    ['packages-below', 'packages/clients', "import '@x/other';"],
    ['bytes-alone', 'packages/bytes', "import 'node:crypto';"],
    ['cryptography-without-third-party', 'packages/zkb', "import 'third';"],
    ['builtins-in-node-subpath', 'packages/garbled-circuits', "import 'crypto';"],
    ['contracts-lean', 'packages/contracts', "import 'node:crypto';"],
    ['contracts-lean', 'packages/contracts', "import 'third';"],
    ['sans-io', 'packages/biometrics', "import 'node:net';"],
    ['sans-io', 'packages/garbled-circuits-wasm', "import 'node:fs/promises';"],
  ])('enforce %s in %s', (rule, directory, code) => {
    const findings = findingsFor({
      'services/other': { modules: { 'index.js': '' } },
      [directory]: { dependencies: ['third', '@x/other'], modules: { 'index.js': code } },
    });
    expect(findings.map(({ what }) => what)).toEqual([expect.stringContaining(`(${rule})`)]);
  });

  it('allow what the exceptions and the node subpath are for', () => {
    expect(
      findingsFor({
        'packages/biometrics': { modules: { 'index.js': "import 'node:fs/promises';" } },
        'packages/garbled-circuits-wasm': { modules: { 'node/index.js': "import 'node:fs';" } },
        'packages/zkb': { modules: { 'node/index.js': "import 'node:crypto';" } },
        'packages/contracts': {
          dependencies: ['typebox'],
          modules: { 'index.js': "import 'typebox/value';" },
        },
      }),
    ).toEqual([]);
  });

  it('keep the fetch script of the models, which may start processes, out of the pipeline', () => {
    const findings = findingsFor({
      'packages/biometrics': {
        modules: {
          'fetch/index.js': "import 'node:child_process';",
          'index.js': "import './fetch/index.js';",
        },
      },
    });
    expect(findings.map(({ what }) => what)).toEqual([expect.stringContaining('(fetch-apart)')]);
  });

  it('refuse a way around the node subpath', () => {
    const findings = findingsFor({
      'packages/zkb': { modules: { 'index.js': "import './node/index.js';", 'node/index.js': '' } },
    });
    expect(findings.map(({ what }) => what)).toEqual([expect.stringContaining('(node-subpath-optional)')]);
  });

  it('refuse imports that are not declared, lead nowhere, or are not built', () => {
    const findings = findingsFor({
      'packages/zkb': ZKB,
      'services/core-daemon': {
        modules: { 'index.js': "import '@x/zkb/server'; \nimport 'fastify'; \nimport './gone.js';" },
      },
      'services/auth-vault': { modules: {} },
    });
    expect(findings.map(({ file, what }) => `${file} ${what}`)).toEqual([
      'services/auth-vault is not built',
      'services/core-daemon/dist/index.js imports ./gone.js, which leads to no file',
      expect.stringContaining('does not declare @x/zkb'),
      expect.stringContaining('does not declare fastify'),
    ]);
  });

  it('pass over emitted modules whose source is gone', () => {
    const files = builtPackage('packages/bytes', { modules: { 'index.js': '' } });
    const repository = fixtureRepository({ ...files, 'packages/bytes/dist/stale.js': "import 'node:fs';" });
    expect(importRules.run(repository).findings).toEqual([]);
  });
});
