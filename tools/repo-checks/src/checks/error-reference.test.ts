import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { ERROR_REFERENCE_PATH, renderErrorReference } from '../docs/render-error-reference.ts';
import { errorReference } from './error-reference.ts';

const whatIsWrong = (files: Readonly<Record<string, string>>) =>
  errorReference.run(fixtureRepository(files)).findings.map(({ what }) => what);

describe('error reference', () => {
  it('accepts what the generator writes', () => {
    expect(whatIsWrong({ [ERROR_REFERENCE_PATH]: renderErrorReference() })).toEqual([]);
  });

  it('refuses a missing page', () => {
    expect(whatIsWrong({})).toEqual(['is missing']);
  });

  it('names the first line that differs', () => {
    const edited = renderErrorReference().replace('# Error reference', '# Errors');
    expect(whatIsWrong({ [ERROR_REFERENCE_PATH]: edited })).toEqual(['differs from the catalogue at line 1']);
    const longer = `${renderErrorReference()}more\n`;
    expect(whatIsWrong({ [ERROR_REFERENCE_PATH]: longer })).toHaveLength(1);
  });
});
