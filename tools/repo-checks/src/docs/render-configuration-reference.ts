/** Where the generated reference lives, relative to the root. */
export const CONFIGURATION_REFERENCE_PATH = 'docs/reference/configuration.md';

interface VariableSchema {
  readonly type?: string;
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly items?: VariableSchema;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly writeOnly?: boolean;
}

/** What `--print-config-schema` prints. */
export interface ConfigSchema {
  readonly title: string;
  readonly properties: Readonly<Record<string, VariableSchema>>;
  readonly required: readonly string[];
}

/** Read by every process. Their default port differs and stands with each. */
const OWN_PORT = 'PORT';
/** Ends a description where the default depends on the machine. */
const STATED_DEFAULT = /\s*Default: ([^.]+)\.?$/;

const code = (text: string): string => `\`${text}\``;
const grouped = (value: number): string => value.toLocaleString('en-US');

const valuesOf = ({ type, anyOf, items, minimum, maximum }: VariableSchema): string => {
  if (anyOf) return anyOf.map((branch) => code(String(branch.const))).join(', ');
  if (type === 'array')
    return items?.type === 'string' ? 'list, by commas' : `list of ${items?.type}, by commas`;
  if (type === 'boolean') return '`true`, `false`';
  const isNumber = type === 'integer' || type === 'number';
  if (!isNumber || minimum === undefined || maximum === undefined) return isNumber ? 'number' : 'text';
  return `${grouped(minimum)} to ${grouped(maximum)}`;
};

const defaultOf = (name: string, schema: VariableSchema, required: readonly string[]): string => {
  if (required.includes(name)) return '**required**';
  const stated = STATED_DEFAULT.exec(schema.description ?? '')?.[1];
  if (stated !== undefined) return stated;
  const value = schema.default;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return code(Array.isArray(value) ? value.join(',') : String(value));
};

const table = (names: readonly string[], { properties, required }: ConfigSchema): string => {
  const rows = names.map((name) => {
    const schema = properties[name]!;
    const meaning = (schema.description ?? '').replace(STATED_DEFAULT, '').replaceAll('|', '\\|');
    const secret = schema.writeOnly === true ? ' Secret.' : '';
    const sentence = secret === '' || meaning.endsWith('.') ? meaning : `${meaning}.`;
    return `| ${code(name)} | ${defaultOf(name, schema, required)} | ${valuesOf(schema)} | ${sentence}${secret} |`;
  });
  return ['| Variable | Default | Values | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The whole page; the same schemas give the same bytes. @param schemas at least one, in the order of the page */
export const renderConfigurationReference = (schemas: readonly ConfigSchema[]): string => {
  const [first] = schemas;
  if (first === undefined) throw new RangeError('no process');
  const isCommon = (name: string): boolean =>
    name !== OWN_PORT &&
    schemas.every(({ properties }) => isSame(properties[name], first.properties[name]) && name in properties);
  const common = Object.keys(first.properties).filter(isCommon);
  const sections = schemas.map((schema) => {
    const own = Object.keys(schema.properties).filter((name) => !common.includes(name));
    return `## ${schema.title}\n\n${table(own, schema)}`;
  });
  return `${[intro, `## Every process\n\n${table(common, first)}`, ...sections].join('\n\n')}\n`;
};

const intro = `# Configuration reference

<!-- Generated from what each process prints with --print-config-schema by tools/repo-checks; do not edit. -->

Every process is configured by environment variables alone. An empty variable is an unset one. A value that is missing
or wrong ends the start with the line \`Application run failed\` and the names of all such variables, never a value.
Units stand in the names.

Traces are switched on by the variables of OpenTelemetry, \`OTEL_EXPORTER_OTLP_ENDPOINT\` first of all; without it nothing
is recorded.`;
