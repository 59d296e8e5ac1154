import type { EndpointShape } from '@openrecognize/contracts';

/** The part of JSON Schema that contracts use. */
export interface ContractSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ContractSchema[];
  readonly properties?: Readonly<Record<string, ContractSchema>>;
  readonly required?: readonly string[];
  readonly items?: ContractSchema;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Values by the name of a parameter or property, in place of made-up ones. */
export type KnownValues = Readonly<Record<string, string | number>>;

/** A request as `fetch` takes it, apart from the credential. */
export interface SampleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const candidates = [
  'AAAA',
  'sample',
  'A'.repeat(64),
  'A'.repeat(32),
  'a'.repeat(16),
  'a'.repeat(43),
  '00000000-0000-4000-8000-000000000000',
  ...[16, 32, 64, 91].map(base64),
  'https://example.org/hook',
];

const textFor = (
  { pattern = '', minLength = 0, maxLength = 1_000 }: ContractSchema,
  name: string,
): string => {
  const fits = (text: string): boolean =>
    new RegExp(pattern).test(text) && text.length >= minLength && text.length <= maxLength;
  const found = [...candidates, 'x'.repeat(minLength)].find(fits);
  if (found === undefined) throw new TypeError(`no sample for ${name}: ${pattern}`);
  return found;
};

const valueFor = (schema: ContractSchema, name: string, known: KnownValues): unknown => {
  if (Object.hasOwn(known, name)) return known[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return valueFor(schema.anyOf[0]!, name, known);
  switch (schema.type) {
    case 'object':
      return recordFor(schema, known);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => valueFor(schema.items ?? {}, '', known));
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    case 'string':
      return textFor(schema, name);
    default:
      return null;
  }
};

/** What an object needs, and of the rest what is known. */
const recordFor = ({ properties = {}, required = [] }: ContractSchema, known: KnownValues) =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name) || Object.hasOwn(known, name))
      .map(([name, schema]) => [name, valueFor(schema, name, known)]),
  );

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * A well-formed request for an endpoint, made from its contract alone, so that a suite over all endpoints covers new
 * ones by itself. Optional parts are left out unless their value is known.
 */
export const sampleRequest = (endpoint: EndpointShape, known: KnownValues = {}): SampleRequest => {
  const partOf = (part: 'params' | 'query' | 'headers') =>
    Object.entries(recordFor((endpoint[part] ?? {}) as ContractSchema, known)).map(
      ([name, value]) => [name, textOf(value)] as const,
    );
  let path: string = endpoint.path;
  for (const [name, value] of partOf('params')) path = path.replace(`:${name}`, encodeURIComponent(value));
  const query = new URLSearchParams(Object.fromEntries(partOf('query')));
  const { body } = endpoint;
  const type = body === 'bytes' ? 'application/octet-stream' : 'application/json';
  return {
    method: endpoint.method,
    path: query.size > 0 ? `${path}?${query}` : path,
    headers: {
      ...Object.fromEntries(partOf('headers')),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined
      ? {}
      : {
          body:
            body === 'bytes'
              ? new Uint8Array(64)
              : JSON.stringify(valueFor(body as ContractSchema, '', known)),
        }),
  };
};
