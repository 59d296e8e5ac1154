import {
  AGENT_ERRORS,
  type AgentErrorEntry,
  type CatalogueEntry,
  CORE_ERRORS,
  type CoreErrorEntry,
  LOG_ERRORS,
  type LogErrorEntry,
  NATIVE_ERRORS,
  type NativeErrorEntry,
  type NativeErrorGroup,
  type NativeErrorRow,
  SHARED_ERRORS,
  type SharedErrorEntry,
  WEB_ERRORS,
  type WebErrorEntry,
  type WebErrorGroup,
} from '@openrecognize/contracts';

/** Where the generated reference lives, relative to the root. */
export const ERROR_REFERENCE_PATH = 'docs/reference/errors.md';

const WEB_GROUPS: Readonly<Record<WebErrorGroup, string>> = {
  camera: 'Camera and media',
  options: 'Options and order of calls',
  server: 'Verdicts of the server',
  runtime: 'Socket and WebAssembly',
  component: 'Components and later interfaces',
};

const NATIVE_GROUPS: Readonly<Record<NativeErrorGroup, string>> = {
  user: 'Situations of the user',
  integration: 'Integration',
  core: 'Protocol and internal',
  protection: 'Protection against injected pictures',
};

/** The whole page, from the catalogue alone: the same catalogue gives the same bytes. */
export function renderErrorReference(): string {
  return `${[intro(), core(), web(), native(), agent(), log(), shared()].join('\n\n')}\n`;
}

function intro(): string {
  return `# Error reference

<!-- Generated from packages/contracts/src/errors by tools/repo-checks; do not edit. -->

Every error that leaves OpenRecognize, by the place where it is met. The rules behind the tables, such as what
*retry* means and how one surface maps to another, are in [spec 06](../../spec/06-errors.md).

| You see | Look under |
| --- | --- |
| \`{ "error": { "code": … } }\` in an HTTP answer | [Wire codes](#wire-codes) |
| \`error.message\` of a web page or web component | [Web codes](#web-codes) |
| a number in a mobile app | [Native codes](#native-codes) |
| an answer of the enrollment agent | [Enrollment agent](#enrollment-agent) |
| a line in the log of a service | [Log lines](#log-lines) |
| a number of four digits from 1000 to 6001 in a client facade | [Shared model](#shared-model) |

Columns: *HTTP* is the status the error travels with, *Retry* tells whether a program may begin the operation anew by
itself, *For* names who can act, *Shared* is the number in the shared model.`;
}

function core(): string {
  const rows = Object.entries<CoreErrorEntry>(CORE_ERRORS).map(([code, entry]) => [
    `\`${code}\``,
    String(entry.number),
    ...common(entry),
    entry.web === null ? '' : `\`${entry.web}\``,
    String(entry.native),
    explanation(entry),
  ]);
  return `## Wire codes\n\nWhat services and device SDKs exchange. *Web* and *Native* are what the same failure is called there.\n\n${table(
    ['Code', 'Number', ...COMMON_HEADER, 'Web', 'Native', 'Meaning → next step'],
    rows,
  )}`;
}

function web(): string {
  const entries = Object.entries<WebErrorEntry>(WEB_ERRORS);
  const sections = Object.entries(WEB_GROUPS).map(([group, title]) => {
    const rows = entries
      .filter(([, entry]) => entry.group === group)
      .map(([code, entry]) => [
        `\`${code}\``,
        String(entry.number),
        ...common(entry),
        entry.raisedBy,
        explanation(entry),
      ]);
    return `### ${title}\n\n${table(['Code', 'Number', ...COMMON_HEADER, 'Raised by', 'Meaning → next step'], rows)}`;
  });
  return `## Web codes\n\nThe code is the text of \`error.message\`; the number is for logs and statistics.\n\n${sections.join('\n\n')}`;
}

function native(): string {
  const entries = Object.values<NativeErrorRow>(NATIVE_ERRORS).flatMap((row) =>
    Object.entries(row).map(([platform, entry]) => ({ platform, entry: entry as NativeErrorEntry })),
  );
  const sections = Object.entries(NATIVE_GROUPS).map(([group, title]) => {
    const rows = entries
      .filter(({ entry }) => entry.group === group)
      .map(({ platform, entry }) => [
        `\`${entry.number}\``,
        PLATFORM_NAMES[platform] ?? platform,
        `\`${entry.name}\``,
        ...common(entry),
        explanation(entry),
      ]);
    return `### ${title}\n\n${table(['Number', 'On', 'Name', ...COMMON_HEADER, 'Meaning → next step'], rows)}`;
  });
  return `## Native codes\n\nTo be handled in the app, not shown raw. Some numbers mean different things on iOS and Android.\n\n${sections.join('\n\n')}`;
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = { both: 'both', ios: 'iOS', android: 'Android' };

function agent(): string {
  const rows = Object.entries<AgentErrorEntry>(AGENT_ERRORS).map(([code, entry]) => [
    `\`${code}\``,
    String(entry.number),
    ...common(entry),
    entry.core.map((wire) => `\`${wire}\``).join(', '),
    explanation(entry),
  ]);
  return `## Enrollment agent\n\nThe HTTP status is the contract; *Wire codes* are what the body names.\n\n${table(
    ['Code', 'Number', ...COMMON_HEADER, 'Wire codes', 'Meaning → next step'],
    rows,
  )}`;
}

function log(): string {
  const rows = Object.entries<LogErrorEntry>(LOG_ERRORS).map(([code, entry]) => [
    `\`${code}\``,
    String(entry.number),
    entry.service,
    `\`${entry.productMessage}\``,
    entry.isJavaSpecific ? `\`${entry.template}\`` : 'the same',
    entry.core === null ? '' : `\`${entry.core}\``,
    explanation(entry),
  ]);
  return `## Log lines\n\nLines to search for. Where the known line names parts of a Java runtime, ours says the same in its own words.\n\n${table(
    ['Code', 'Number', 'Service', 'Known line', 'Our line', 'Wire code', 'Meaning → next step'],
    rows,
  )}`;
}

function shared(): string {
  const rows = Object.entries<SharedErrorEntry>(SHARED_ERRORS).map(([code, entry]) => [
    `\`${entry.number}\``,
    `\`${code}\``,
    entry.httpStatus === null ? '' : String(entry.httpStatus),
    entry.retryable ? 'yes' : 'no',
    entry.audience,
    explanation(entry),
  ]);
  return `## Shared model\n\nThe common denominator of all client SDKs. What has no number of its own is 1000.\n\n${table(
    ['Number', 'Name', 'HTTP', 'Retry', 'For', 'Meaning → next step'],
    rows,
  )}`;
}

const COMMON_HEADER = ['HTTP', 'Retry', 'For', 'Shared'];

function common(entry: CatalogueEntry): readonly string[] {
  return [
    entry.httpStatus === null ? '' : String(entry.httpStatus),
    entry.retryable ? 'yes' : 'no',
    entry.audience,
    String(entry.shared),
  ];
}

function explanation(entry: CatalogueEntry): string {
  const remarks = [
    ...(entry.marker === undefined ? [] : [entry.marker]),
    ...(entry.since === undefined ? [] : [`since ${entry.since}`]),
    ...(entry.until === undefined ? [] : [`until ${entry.until}`]),
  ];
  const prefix = remarks.length === 0 ? '' : `*(${remarks.join(', ')})* `;
  return `${prefix}${entry.meaning} → ${entry.nextStep}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
