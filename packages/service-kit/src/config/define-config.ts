import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';

/** What a configuration property says about itself, beside its JSON Schema. */
export interface ConfigPropertyOptions {
  /** Name of the environment variable, upper case, with its unit, e.g. `DATABASE_STATEMENT_TIMEOUT_MS`. */
  readonly env: string;
  readonly description: string;
  /** Kept out of every message and of the printed configuration. */
  readonly secret?: boolean;
  readonly default?: unknown;
}

/** One variable of a service, as it is read and printed. */
export interface ConfigVariable extends ConfigPropertyOptions {
  /** Name of the property in the loaded configuration. */
  readonly property: string;
  readonly schema: TSchema;
  readonly required: boolean;
}

export interface ConfigDefinition<Properties extends TProperties = TProperties> {
  readonly properties: Properties;
  readonly variables: readonly ConfigVariable[];
}

/** The loaded configuration of a definition. */
export type ConfigOf<Definition> =
  Definition extends ConfigDefinition<infer Properties> ? Readonly<Static<TObject<Properties>>> : never;

const ENV_NAME = /^[A-Z][A-Z0-9_]*$/;

/**
 * A configuration schema from TypeBox properties that carry `env` and `description`, and optionally `default` and
 * `secret`. Strings, integers, numbers, booleans (`true`/`false`), unions of literals and arrays of these (separated
 * by commas) are read; a property without default is required unless it is `Type.Optional`.
 */
export const defineConfig = <const Properties extends TProperties>(
  properties: Properties,
): ConfigDefinition<Properties> => {
  const variables = Object.entries(properties as TProperties).map(([property, schema]): ConfigVariable => {
    const options = schema as unknown as Partial<ConfigPropertyOptions>;
    if (options.env === undefined || !ENV_NAME.test(options.env) || options.description === undefined) {
      throw new Error(`configuration property ${property} needs an upper-case env name and a description`);
    }
    return {
      property,
      schema,
      env: options.env,
      description: options.description,
      secret: options.secret ?? false,
      ...('default' in options ? { default: options.default } : {}),
      required: !('default' in options) && !Type.IsOptional(schema),
    };
  });
  const names = variables.map(({ env }) => env);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two configuration properties read ${twice}`);
  return { properties, variables };
};

/** JSON Schema of the environment a definition reads; secrets are `writeOnly`. */
export const configJsonSchema = (definition: ConfigDefinition, title: string): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  type: 'object',
  properties: Object.fromEntries(
    definition.variables.map(({ env, schema, secret }) => {
      const { env: _env, secret: _secret, ...rest } = schema as Record<string, unknown>;
      return [env, secret === true ? { ...rest, writeOnly: true } : rest];
    }),
  ),
  required: definition.variables.filter(({ required }) => required).map(({ env }) => env),
});
