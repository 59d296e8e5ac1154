/** A statement of a migration after which a program of the version before might fail. */
export interface BreakingStatement {
  readonly rule: string;
  /** Its first words. */
  readonly statement: string;
}

const RULES: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['drops what may be in use', /^DROP (?:TABLE|VIEW|FUNCTION|PROCEDURE|TYPE|SCHEMA|SEQUENCE)\b/i],
  ['empties a table', /^TRUNCATE\b/i],
  [
    'drops a column',
    /^ALTER TABLE\b.*\bDROP (?:COLUMN\b|(?!CONSTRAINT|EXPRESSION|IDENTITY|DEFAULT|NOT NULL)\w+\b)/is,
  ],
  ['renames', /^ALTER \w+\b.*\bRENAME\b/is],
  ['changes the type of a column', /^ALTER TABLE\b.*\bALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE\b/is],
  ['forbids NULL', /^ALTER TABLE\b.*\bSET NOT NULL\b/is],
  ['takes a default away', /^ALTER TABLE\b.*\bDROP DEFAULT\b/is],
];

/** Clauses `ADD COLUMN` of an `ALTER TABLE`, each up to the next clause. */
const addedColumns = (statement: string): readonly string[] =>
  /^ALTER TABLE\b/i.test(statement) ? statement.split(/\bADD COLUMN\b/i).slice(1) : [];

const isRequired = (column: string): boolean =>
  /(?<!\bIS )\bNOT NULL\b/i.test(column) && !/\b(?:DEFAULT|GENERATED)\b/i.test(column);

/** Statements without comments; bodies of functions count as one word. */
const statementsOf = (sql: string): readonly string[] =>
  sql
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, '$body$')
    .replace(/--[^\n]*/g, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/**
 * What of a migration is not additive. In a rolling update programs of two versions use one database, and the newer one
 * has migrated it: the older one must find all it knows, and may write rows that know nothing of what is new.
 *
 * A look at the text, not at its meaning: a replaced function, or a check on an old column, is for the reviewer.
 */
export const breakingStatements = (sql: string): readonly BreakingStatement[] =>
  statementsOf(sql).flatMap((statement) => {
    const rules = RULES.filter(([, pattern]) => pattern.test(statement)).map(([rule]) => rule);
    if (addedColumns(statement).some(isRequired)) rules.push('adds a column that has to be filled');
    return rules.map((rule) => ({ rule, statement: statement.replace(/\s+/g, ' ').slice(0, 80) }));
  });
