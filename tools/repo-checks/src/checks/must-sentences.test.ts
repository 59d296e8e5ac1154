import { describe, expect, it } from 'vitest';
import { fixtureRepository } from '../../test/fixture-repository.ts';
import { mustSentences } from './must-sentences.ts';

/** Ids are put together here, so that the check does not take this file for a citation. */
const id = (prefix: string, number: number) => `${prefix}-${number}`;
const [QA1, QA2, QA3] = [id('QA', 1), id('QA', 2), id('QA', 3)];

const whatIsWrong = (files: Readonly<Record<string, string>>) =>
  mustSentences.run(fixtureRepository(files)).findings.map(({ file, what }) => `${file}: ${what}`);

describe('MUST sentences', () => {
  it('accepts sentences that code or a test cites, in either form', () => {
    expect(
      whatIsWrong({
        'spec/01-a.md': `**${QA1}** A key MUST be wiped.\n- **${QA2}** A label\n  MUST NOT be sent twice.\n`,
        'packages/a/src/a.ts': `// spec 01 ${QA1}`,
        'packages/a/test/a.test.ts': `it('holds (${QA2})')`,
      }),
    ).toEqual([]);
  });

  it('refuses a sentence nothing cites, and a citation nothing defines', () => {
    expect(
      whatIsWrong({
        'spec/01-a.md': `**${QA1}** A key MUST be wiped.\n`,
        'docs/a.ts': `// ${QA1}`,
        'packages/a/src/a.ts': `// ${QA3}`,
        'packages/a/src/b.ts': `// spec 02 §3.1, ${id('QB', 7)}`,
      }),
    ).toEqual([
      `spec/01-a.md: ${QA1} is cited by no source or test`,
      `packages/a/src/a.ts: cites ${QA3}, which no chapter defines`,
      `packages/a/src/b.ts: cites ${id('QB', 7)}, which no chapter defines`,
    ]);
  });

  it('refuses a sentence without MUST and an id given twice', () => {
    expect(
      whatIsWrong({
        'spec/01-a.md': `**${QA1}** A key is wiped.\n\n**${QA2}** This MUST be.\n`,
        'spec/02-b.md': `**${QA2}** That MUST be.\n`,
        'packages/a/src/a.ts': `// ${QA1} ${QA2}`,
      }),
    ).toEqual([`spec/01-a.md: ${QA1} has no MUST`, `spec/02-b.md: defines ${QA2}, as spec/01-a.md does`]);
  });

  it('takes no name of an algorithm for a citation', () => {
    expect(whatIsWrong({ 'packages/a/src/a.ts': '// SHA-256, AES-128, UTF-8' })).toEqual([]);
  });
});
