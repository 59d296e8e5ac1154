import { RecognizeError } from '@openrecognize/contracts';
import type { TProperties, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigDefinition, ConfigOf, ConfigVariable } from './define-config.ts';

/** Variables as a process has them; pass `process.env` or a record of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface JsonSchemaShape {
  readonly type?: string;
  readonly items?: JsonSchemaShape;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** `text` in the type the schema names; text that does not read as that type stays text and fails the check. */
const parse = (text: string, schema: JsonSchemaShape): unknown => {
  switch (schema.type) {
    case 'integer':
    case 'number':
      return NUMBER.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => parse(item, schema.items ?? {}));
    default:
      return text;
  }
};

interface ReadVariable {
  readonly value?: unknown;
  /** What is wrong, in words without the value. */
  readonly problem?: string;
}

const readVariable = (variable: ConfigVariable, environment: Environment): ReadVariable => {
  const text = environment[variable.env];
  // An empty variable is an unset one: container platforms cannot always leave a variable out.
  if (text === undefined || text === '') {
    if (variable.required) return { problem: `is missing (${variable.description})` };
    return 'default' in variable ? { value: variable.default } : {};
  }
  const value = parse(text, variable.schema as JsonSchemaShape);
  const validator = Compile(variable.schema as TSchema);
  if (validator.Check(value)) return { value };
  const errors = validator.Errors(value);
  const error = errors.find(({ keyword }) => keyword === 'anyOf') ?? errors[0];
  return { problem: allowedValues(variable.schema) ?? error?.message ?? 'does not fit its schema' };
};

const allowedValues = (schema: TSchema): string | undefined => {
  const branches = (schema as { anyOf?: readonly { const?: unknown }[] }).anyOf;
  if (branches === undefined || branches.some((branch) => branch.const === undefined)) return undefined;
  return `must be one of ${branches.map((branch) => String(branch.const)).join(', ')}`;
};

/**
 * Reads the configuration from environment variables; unknown variables are left alone.
 *
 * @throws RecognizeError CONFIG_INVALID naming every variable that is missing or wrong, never a value
 */
export const loadConfig = <Properties extends TProperties>(
  definition: ConfigDefinition<Properties>,
  environment: Environment,
): ConfigOf<ConfigDefinition<Properties>> => {
  const loaded: Record<string, unknown> = {};
  const problems: string[] = [];
  const variables: string[] = [];
  for (const variable of definition.variables) {
    const { value, problem } = readVariable(variable, environment);
    if (problem !== undefined) {
      problems.push(`${variable.env} ${problem}`);
      variables.push(variable.env);
    } else if (value !== undefined) loaded[variable.property] = value;
  }
  if (problems.length > 0) {
    throw new RecognizeError('CONFIG_INVALID', {
      message: `The configuration is invalid: ${problems.join('; ')}`,
      details: { variables },
    });
  }
  return loaded as ConfigOf<ConfigDefinition<Properties>>;
};

const REDACTED = '[redacted]';

/** The effective configuration by variable name, secrets replaced: fit for a log. */
export const printableConfig = (
  definition: ConfigDefinition,
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    definition.variables
      .filter(({ property }) => config[property] !== undefined)
      .map(({ env, property, secret }) => [env, secret === true ? REDACTED : config[property]]),
  );
