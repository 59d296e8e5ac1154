import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';

/** Schema of a raw `application/octet-stream` body or answer; the handler sees a `Uint8Array`. */
export const BinaryBody = Type.Unsafe<Uint8Array>({
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
});

/** Where a request or an answer left its schema, in words of the schema: never a value, never a caller's key. */
export interface SchemaViolation {
  /** For instance `body.device.id` or `query.limit`; `*` stands for free keys and items. */
  readonly path: string;
  /** The JSON Schema keyword that was not met. */
  readonly rule: string;
  /** Property names of the schema that are missing. */
  readonly missing?: readonly string[];
}

interface SchemaErrorShape {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly params?: unknown;
}

const readablePath = (schemaPath: string): string => {
  const steps = schemaPath.replace(/^#/, '').split('/').filter(Boolean);
  const path: string[] = [];
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    if (step === 'properties') path.push(steps[++index] ?? '');
    else if (step === 'patternProperties') {
      path.push('*');
      index = steps.length;
    } else if (step === 'items' || step === 'prefixItems') path.push('*');
  }
  return path.join('.');
};

/** The first violation that says something: `anyOf` branches and `false` schemas only echo another one. */
export const describeViolation = (part: string, errors: readonly SchemaErrorShape[]): SchemaViolation => {
  const error =
    errors.find(({ keyword }) => keyword === 'anyOf' || keyword === 'additionalProperties') ?? errors[0];
  if (error === undefined) return { path: part, rule: 'schema' };
  const inner = readablePath(error.schemaPath);
  const missing = (error.params as { requiredProperties?: readonly string[] } | undefined)
    ?.requiredProperties;
  return {
    path: inner === '' ? part : `${part}.${inner}`,
    rule: error.keyword,
    ...(missing === undefined ? {} : { missing }),
  };
};

const isBinary = (schema: TSchema): boolean => (schema as { format?: unknown }).format === 'binary';

/** Text that stands for a value of the type; conversion alone would take `1.5` for the integer 1 and nothing for 0. */
const numerals: Readonly<Record<string, RegExp>> = {
  integer: /^-?\d+$/,
  number: /^-?\d+(\.\d+)?$/,
};

/** Reads text as the values of its schema; what stands for no number of the type stays text, which is refused. */
const createConversion = (schema: TSchema): ((value: unknown) => unknown) => {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, { type?: string }>> };
  const numeric = Object.entries(properties).flatMap(([name, { type = '' }]) =>
    numerals[type] === undefined ? [] : [{ name, numeral: numerals[type] }],
  );
  return (value) => {
    const converted = Value.Default(schema, Value.Convert(schema, Value.Clone(value)));
    for (const { name, numeral } of numeric) {
      const text = (value as Record<string, unknown> | null)?.[name];
      if (typeof text === 'string' && !numeral.test(text)) {
        (converted as Record<string, unknown>)[name] = text;
      }
    }
    return converted;
  };
};

/**
 * Fastify validator over TypeBox. JSON bodies are taken as they are; query, path and headers arrive as text and
 * are converted to their schema's types, with its defaults.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (isBinary(schema)) {
    return (value: unknown) =>
      value instanceof Uint8Array
        ? { value }
        : {
            error: [{ keyword: 'format', schemaPath: '#', instancePath: '', params: {}, message: 'binary' }],
          };
  }
  const validator = Compile(schema);
  const convert = httpPart === 'body' ? (value: unknown) => value : createConversion(schema);
  // Text that fits as it is needs no conversion, which costs far more than the check; a default has to be put in first.
  const mayFitAsItIs = !JSON.stringify(schema).includes('"default":');
  return (value: unknown) => {
    if (mayFitAsItIs && validator.Check(value)) return { value };
    const converted = convert(value);
    return validator.Check(converted) ? { value: converted } : { error: validator.Errors(converted) };
  };
};

const responseValidators = new WeakMap<object, Validator>();

const responseSchemaOf = (request: FastifyRequest, status: number): TSchema | undefined => {
  const byStatus = request.routeOptions.schema?.response as Record<string, unknown> | undefined;
  const found =
    byStatus?.[status] ??
    byStatus?.[`${Math.floor(status / 100)}xx`] ??
    byStatus?.[`${Math.floor(status / 100)}XX`] ??
    byStatus?.['default'];
  if (found === undefined || found === null || typeof found !== 'object') return undefined;
  const content = (found as { content?: Record<string, { schema?: TSchema }> }).content;
  return content === undefined ? (found as TSchema) : content['application/json']?.schema;
};

/** How `payload` breaks the schema its route declares for `status`; undefined if it fits or none is declared. */
export const responseViolation = (
  request: FastifyRequest,
  status: number,
  payload: unknown,
): SchemaViolation | undefined => {
  const schema = responseSchemaOf(request, status);
  if (schema === undefined) return undefined;
  let validator = responseValidators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    responseValidators.set(schema, validator);
  }
  return validator.Check(payload) ? undefined : describeViolation('response', validator.Errors(payload));
};
