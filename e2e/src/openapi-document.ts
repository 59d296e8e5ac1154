import { createRequire } from 'node:module';
import type { EndpointShape } from '@openrecognize/contracts';

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** An operation of a document, with where it stands. */
export interface ServedOperation {
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly ServedParameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface ServedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: JsonObject;
}

type Content = Readonly<Record<string, { readonly schema: JsonObject }>>;

export interface ServedDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, JsonObject>> };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Omit<ServedOperation, 'method' | 'path'>>>>
  >;
}

interface SchemaChecker {
  compile(schema: object): ((value: unknown) => boolean) & { errors?: readonly object[] | null };
  addFormat(name: string, format: true): void;
}

/** The validator of JSON Schema that the web framework brings along, in its edition 2020-12, as OpenAPI 3.1 asks for. */
const createSchemaChecker = (): SchemaChecker => {
  const kit = createRequire(import.meta.resolve('@openrecognize/service-kit'));
  const { Ajv2020 } = createRequire(kit.resolve('fastify'))('ajv/dist/2020.js') as {
    Ajv2020: new (options: object) => SchemaChecker;
  };
  const checker = new Ajv2020({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictRequired: false,
  });
  checker.addFormat('binary', true);
  return checker;
};

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const content = {
  type: 'object',
  minProperties: 1,
  additionalProperties: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } },
};
const text = { type: 'string', minLength: 1 };

/** The part of OpenAPI 3.1.0 (§4.8) that our documents use: everything else in them is refused. */
const documentForm = {
  type: 'object',
  required: ['openapi', 'info', 'paths'],
  additionalProperties: false,
  properties: {
    openapi: { const: '3.1.0' },
    info: {
      type: 'object',
      required: ['title', 'version'],
      additionalProperties: false,
      properties: { title: text, version: text, description: text },
    },
    components: {
      type: 'object',
      additionalProperties: false,
      properties: {
        schemas: { type: 'object' },
        securitySchemes: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            required: ['type'],
            additionalProperties: false,
            properties: {
              type: { enum: ['apiKey', 'http'] },
              description: text,
              name: text,
              in: { enum: ['header', 'query', 'cookie'] },
              scheme: text,
            },
            if: { properties: { type: { const: 'apiKey' } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { required: ['name', 'in'] },
            else: { required: ['scheme'] },
          },
        },
      },
    },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        minProperties: 1,
        propertyNames: { enum: METHODS },
        additionalProperties: { $ref: '#/$defs/operation' },
      },
    },
  },
  $defs: {
    operation: {
      type: 'object',
      required: ['responses', 'security'],
      additionalProperties: false,
      properties: {
        summary: text,
        security: {
          type: 'array',
          items: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
        },
        parameters: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'in', 'schema'],
            additionalProperties: false,
            properties: {
              name: text,
              in: { enum: ['path', 'query', 'header', 'cookie'] },
              required: { type: 'boolean' },
              description: text,
              schema: { type: 'object' },
            },
          },
        },
        requestBody: {
          type: 'object',
          required: ['content'],
          additionalProperties: false,
          properties: { content, required: { type: 'boolean' }, description: text },
        },
        responses: {
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: '^([1-5][0-9]{2}|default)$' },
          additionalProperties: {
            type: 'object',
            required: ['description'],
            additionalProperties: false,
            properties: { description: text, content },
          },
        },
      },
    },
  },
};

/** Every operation of a document, with empty lists for what it leaves out. */
export const servedOperations = (document: ServedDocument): readonly ServedOperation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      parameters: operation.parameters ?? [],
      security: operation.security ?? [],
      method: method.toUpperCase(),
      path,
    })),
  );

const schemasOf = ({ parameters, requestBody, responses }: ServedOperation): readonly JsonObject[] => [
  ...parameters.map(({ schema }) => schema),
  ...[requestBody, ...Object.values(responses)].flatMap((part) =>
    Object.values(part?.content ?? {}).map(({ schema }) => schema),
  ),
];

const parameterProblems = ({ path, parameters }: ServedOperation): string[] => {
  const found: string[] = [];
  const named = new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`));
  if (named.size < parameters.length) found.push('a parameter stands there twice');
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
  const names = inPath.map(({ name }) => name);
  if (wanted.sort().join() !== names.sort().join()) found.push('its path and its path parameters differ');
  if (inPath.some(({ required }) => required !== true)) found.push('a path parameter is not required');
  return found;
};

/** What keeps a document from being OpenAPI 3.1 with valid JSON Schemas (2020-12); empty if nothing does. */
export const problemsOfDocument = (document: ServedDocument): readonly string[] => {
  const checker = createSchemaChecker();
  const hasForm = checker.compile(documentForm);
  if (!hasForm(document)) return (hasForm.errors ?? []).map((error) => JSON.stringify(error));
  const schemes = new Set(Object.keys(document.components?.securitySchemes ?? {}));
  return servedOperations(document).flatMap((operation) => {
    const found = parameterProblems(operation);
    for (const scheme of operation.security.flatMap(Object.keys)) {
      if (!schemes.has(scheme)) found.push(`asks for the unknown credential ${scheme}`);
    }
    for (const schema of schemasOf(operation)) {
      try {
        checker.compile(schema);
      } catch (error) {
        found.push(`${error}`);
      }
    }
    return found.map((problem) => `${operation.method} ${operation.path}: ${problem}`);
  });
};

const ANY_KEY = '^.*$';

/** One schema as documents show it: one literal is a list of one, any key is an additional one. */
const shown = ({ const: literal, patternProperties, ...rest }: JsonObject): JsonObject => {
  const ofAnyKey = (patternProperties as JsonObject | undefined)?.[ANY_KEY];
  return {
    ...rest,
    ...(literal === undefined ? {} : { enum: [literal] }),
    ...(ofAnyKey === undefined ? {} : { additionalProperties: ofAnyKey }),
    ...(ofAnyKey === undefined && patternProperties !== undefined ? { patternProperties } : {}),
  };
};

const shownSchema = (schema: object): JsonObject =>
  JSON.parse(JSON.stringify(schema), (_key, value: Json) =>
    typeof value !== 'object' || value === null || Array.isArray(value) ? value : shown(value as JsonObject),
  ) as JsonObject;

const binary = { type: 'string', format: 'binary', contentMediaType: 'application/octet-stream' };

const contentOf = (shape: NonNullable<EndpointShape['body']>): Content =>
  shape === 'bytes'
    ? { 'application/octet-stream': { schema: binary } }
    : { 'application/json': { schema: shownSchema(shape as object) } };

const parametersOf = (endpoint: EndpointShape): readonly ServedParameter[] =>
  (['params', 'query', 'headers'] as const).flatMap((part) => {
    const { properties = {}, required = [] } = (endpoint[part] ?? {}) as {
      properties?: Readonly<Record<string, object>>;
      required?: readonly string[];
    };
    const place = { params: 'path', query: 'query', headers: 'header' }[part];
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema: shownSchema(schema),
    }));
  });

/** What a document has to say of an endpoint, in the form of `describeServed`. */
export const describeEndpoint = (endpoint: EndpointShape, securities: ServedOperation['security']) => ({
  summary: endpoint.summary,
  security: securities,
  parameters: byName(parametersOf(endpoint)),
  body: endpoint.body === undefined ? undefined : contentOf(endpoint.body),
  status: String(endpoint.status),
  answer:
    endpoint.response === 'empty'
      ? undefined
      : contentOf(endpoint.response as NonNullable<EndpointShape['body']>),
});

/** What a document says of an operation; of its statuses, the successful ones. */
export const describeServed = (operation: ServedOperation) => {
  const { summary, security, parameters, requestBody, responses } = operation;
  const successes = Object.keys(responses).filter((status) => status.startsWith('2'));
  const answer = responses[successes[0] ?? '']?.content;
  return {
    summary,
    security,
    parameters: byName(parameters.map((one) => ({ ...one, required: one.required === true }))),
    body: requestBody?.content,
    status: successes.join(),
    answer: answer === undefined ? undefined : withoutDescriptions(answer),
  };
};

const byName = (parameters: readonly ServedParameter[]): readonly ServedParameter[] =>
  [...parameters].sort((a, b) => (`${a.in} ${a.name}` < `${b.in} ${b.name}` ? -1 : 1));

/** The framework repeats the description of an answer in its schema. */
const withoutDescriptions = (shown: Content): Content =>
  Object.fromEntries(
    Object.entries(shown).map(([type, { schema }]) => {
      const { description: _description, ...rest } = schema;
      return [type, { schema: rest }];
    }),
  );
