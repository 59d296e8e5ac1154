import fc from 'fast-check';
import type { ContractSchema } from './sample-request.ts';

/** What of an OpenAPI document the fuzzer reads. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
}

interface ApiOperation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: ContractSchema;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: ContractSchema }>> };
}

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Values that break what assumes too much. */
const nasty = fc.constantFrom<unknown>(
  null,
  '',
  '\u0000',
  "'; DROP TABLE users; --",
  '../../../etc/passwd',
  '%00%2e%2e',
  '\ud800',
  'A'.repeat(5_000),
  -1,
  0,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  { __proto__: null, constructor: { prototype: 1 } },
);

/** Of the form of the contracts' ids and keys, so that a request gets past validation now and then. */
const plausible = fc.constantFrom(
  'A'.repeat(64),
  'B'.repeat(32),
  '00000000-0000-4000-8000-000000000000',
  Buffer.alloc(16, 1).toString('base64'),
  Buffer.alloc(32, 2).toString('base64'),
  Buffer.alloc(64, 3).toString('base64'),
  Buffer.alloc(91, 4).toString('base64'),
  'demo',
);

const leaf = (schema: ContractSchema): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'integer' || schema.type === 'number') {
    return fc.integer({
      min: Math.max(schema.minimum ?? -5, -1e9),
      max: Math.min(schema.maximum ?? 1e9, 2 ** 31),
    });
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'string') {
    const random = fc.string({ maxLength: Math.min(schema.maxLength ?? 40, 200) });
    return schema.pattern
      ? fc.oneof(plausible, fc.stringMatching(new RegExp(schema.pattern)), random)
      : random;
  }
  return fc.anything({ maxDepth: 2 });
};

/** Mostly of the schema, with one part in about eight replaced by something that is not. */
const valueFor = (schema: ContractSchema, depth = 0): fc.Arbitrary<unknown> => {
  const bent = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 7, arbitrary: good }, { weight: 1, arbitrary: nasty });
  if (depth > 4) return nasty;
  if (schema.anyOf) return bent(fc.oneof(...schema.anyOf.map((option) => valueFor(option, depth + 1))));
  if (schema.type === 'object' && schema.properties) {
    const parts = Object.entries(schema.properties).map(
      ([name, part]) => [name, valueFor(part, depth + 1)] as const,
    );
    return bent(fc.record(Object.fromEntries(parts), { requiredKeys: [...(schema.required ?? [])] }));
  }
  if (schema.type === 'array' && schema.items) {
    return bent(fc.array(valueFor(schema.items, depth + 1), { maxLength: 4 }));
  }
  return bent(leaf(schema));
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'x');
/** Header values the client itself would refuse to send prove nothing about the server. */
const headerText = (value: unknown): string =>
  textOf(value)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 2_000);

const bodyOf = (operation: ApiOperation): fc.Arbitrary<{ type?: string; body?: string | Uint8Array }> => {
  const none = fc.constant({});
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (!type) return none;
  const noise = fc.uint8Array({ maxLength: 300 }).map((body) => ({ type, body }));
  const raw = fc.oneof(
    noise,
    fc
      .tuple(
        fc.constantFrom('ZKCB\u0001\u0001', 'ZKUA\u0001\u0000\u0000\u0000', 'ORSS'),
        fc.uint8Array({ maxLength: 200 }),
      )
      .map(([prefix, rest]) => ({ type, body: new Uint8Array([...Buffer.from(prefix), ...rest]) })),
  );
  if (type !== 'application/json' || !content?.schema) return raw;
  const json = valueFor(content.schema).map((value) => ({ type, body: JSON.stringify(value) ?? '' }));
  const odd = fc.constantFrom(
    { type, body: '{"a":' },
    { type, body: '' },
    { type: 'text/plain', body: 'x' },
    { type: 'application/json; charset=utf-16', body: '{}' },
    { type, body: `${'['.repeat(3_000)}${']'.repeat(3_000)}` },
  );
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: noise },
  );
};

/** Requests for one operation of a document; `credentials` are sent, mixed up or left out at random. */
export const requestsOf = (
  method: string,
  path: string,
  operation: ApiOperation,
  credentials: readonly Readonly<Record<string, string>>[],
): fc.Arbitrary<FuzzedRequest> => {
  const parameters = (operation.parameters ?? []).map((parameter) =>
    fc.tuple(fc.constant(parameter), valueFor(parameter.schema)),
  );
  return fc
    .tuple(fc.tuple(...parameters), bodyOf(operation), fc.constantFrom({}, ...credentials, ...credentials))
    .map(([values, { type, body }, credential]) => {
      let filled = path;
      const query = new URLSearchParams();
      const headers: Record<string, string> = { ...credential, ...(type ? { 'content-type': type } : {}) };
      for (const [parameter, value] of values) {
        const text = textOf(value).slice(0, 1_000);
        if (parameter.in === 'path') {
          filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(text.toWellFormed()) || '%20');
        } else if (parameter.in === 'query') query.append(parameter.name, text);
        else headers[parameter.name] = headerText(value);
      }
      const search = query.size > 0 ? `?${query}` : '';
      return {
        method: method.toUpperCase(),
        path: `${filled}${search}`,
        headers,
        ...(body === undefined ? {} : { body }),
      };
    });
};

/** Every operation of a document. */
export const operationsOf = (document: ApiDocument) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
