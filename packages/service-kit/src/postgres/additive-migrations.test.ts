import { describe, expect, it } from 'vitest';
import { breakingStatements } from './additive-migrations.ts';

const rulesOf = (sql: string) => breakingStatements(sql).map(({ rule }) => rule);

describe('a migration', () => {
  it.each([
    ['DROP TABLE s.a;', 'drops what may be in use'],
    ['DROP FUNCTION s.f(integer)', 'drops what may be in use'],
    ['TRUNCATE s.a', 'empties a table'],
    ['ALTER TABLE s.a DROP COLUMN b', 'drops a column'],
    ['ALTER TABLE s.a DROP b', 'drops a column'],
    ['ALTER TABLE s.a RENAME COLUMN b TO c', 'renames'],
    ['ALTER TABLE s.a RENAME TO b', 'renames'],
    ["ALTER TYPE s.t RENAME VALUE 'x' TO 'y'", 'renames'],
    ['ALTER TABLE s.a ALTER COLUMN b TYPE bigint', 'changes the type of a column'],
    ['ALTER TABLE s.a ALTER b SET DATA TYPE bigint', 'changes the type of a column'],
    ['ALTER TABLE s.a ALTER COLUMN b SET NOT NULL', 'forbids NULL'],
    ['ALTER TABLE s.a ALTER COLUMN b DROP DEFAULT', 'takes a default away'],
    [
      'ALTER TABLE s.a\n  ADD COLUMN b integer,\n  ADD COLUMN c text NOT NULL',
      'adds a column that has to be filled',
    ],
  ])('that says %s is not additive', (sql, rule) => {
    expect(rulesOf(`SELECT 1;\n-- a comment; with DROP TABLE\n${sql}`)).toEqual([rule]);
  });

  it.each([
    'CREATE TABLE s.a (b integer NOT NULL)',
    'ALTER TABLE s.a ADD COLUMN b integer NOT NULL DEFAULT 0, ADD COLUMN c text',
    'ALTER TABLE s.a ADD COLUMN b text, ADD CONSTRAINT c CHECK (b IS NOT NULL OR d)',
    'ALTER TABLE s.a ADD COLUMN b bigint NOT NULL GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE s.a ALTER COLUMN b DROP NOT NULL',
    'ALTER TABLE s.a DROP CONSTRAINT c',
    'CREATE OR REPLACE FUNCTION s.f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM s.a; DROP TABLE x; END $$',
    '-- DROP TABLE s.a',
  ])('that says %s is additive', (sql) => {
    expect(rulesOf(sql)).toEqual([]);
  });
});
