import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_ERRORS } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { readText, repositoryRoot } from './documented-metrics.ts';

interface Row {
  readonly code: string;
  readonly message: string;
  /** The product's line for the same fault. */
  readonly knownAs: string;
  readonly services: string;
  readonly cause: string;
  readonly nextStep: string;
  /** Relative to the root of the repository. */
  readonly testFile: string;
}

const ROW =
  /^\| `([A-Z_]+)` \| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| \[[^\]]+\]\(\.\.\/([^)]+)\) \|$/gm;

const rows: readonly Row[] = [...readText('docs/troubleshooting.md').matchAll(ROW)].map(
  ([, code = '', message = '', knownAs = '', services = '', cause = '', nextStep = '', testFile = '']) => ({
    code,
    message,
    knownAs,
    services,
    cause,
    nextStep,
    testFile,
  }),
);

/** The longest piece of a template between its placeholders: what a test must look for. */
const fixedPartOf = (template: string): string =>
  template
    .split(/\{\w+\}/)
    .map((piece) => piece.replace(/^[[\]. ]+|[[\]. ]+$/g, ''))
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');

describe('the troubleshooting guide', () => {
  it('has one row for each log message of the catalogue, and no other', () => {
    expect(rows.map(({ code }) => code)).toEqual(Object.keys(LOG_ERRORS));
  });

  describe.each(rows.map((row) => [row.code, row] as const))('%s', (code, row) => {
    const { template, productMessage, service } = LOG_ERRORS[code as keyof typeof LOG_ERRORS];

    it('quotes the line as the service writes it, with service, cause and next step', () => {
      expect(row.message).toBe(template);
      expect(row.knownAs).toBe(productMessage);
      if (row.services !== 'every service') expect(row.services.split(', ')).toContain(service);
      expect(row.cause.length).toBeGreaterThan(10);
      expect(row.nextStep.length).toBeGreaterThan(10);
    });

    it('names a test that exists and looks for that line', () => {
      expect(row.testFile).toMatch(/^(packages|services|e2e)\/.*\.test\.ts$/);
      expect(existsSync(join(repositoryRoot, row.testFile))).toBe(true);
      expect(fixedPartOf(template).length).toBeGreaterThan(10);
      expect(readText(row.testFile)).toContain(fixedPartOf(template));
    });

    it('names the suite that brings the fault about in the running stack', () => {
      expect(row.testFile).toBe('e2e/test/fault-catalogue.test.ts');
      expect(readText(row.testFile)).toContain(`code: '${code}'`);
    });
  });
});
