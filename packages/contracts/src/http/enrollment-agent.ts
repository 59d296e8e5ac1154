import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { UserId } from './fields.ts';

export const Scenario = Type.Union([
  Type.Literal('SELFIE'),
  Type.Literal('TRUSTED_SOURCE'),
  Type.Literal('DOCUMENT'),
]);

/** Header names are lower case as Node delivers them; they are case-insensitive on the wire. */
const AgentHeaders = Type.Object({
  scenario: Scenario,
  'exif-transpose': Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
  'content-encoding': Type.Optional(Type.Literal('base64')),
});

/** Plaintext of a client state, passed on unchanged by integrators. */
export const ClientStateDocument = Type.Object({
  artifact: Type.Object({
    family: Type.String(),
    version: Type.String(),
    target: Type.String(),
    liveness: Type.String(),
  }),
  'core-client-state': Type.String(),
});

/** 422 body: which filter refused the image and the data of the pipeline run. */
export const FilterTriggered = Type.Object({
  title: Type.Literal('Filter Triggered'),
  statusCode: Type.Literal(422),
  code: Type.Literal('KL_BIOM_ERROR_FILTER_TRIGGERED'),
  detail: Type.String(),
  stats: Type.Object({
    filters: Type.Array(
      Type.Object({
        name: Type.String(),
        triggered: Type.Boolean(),
        value: Type.Number(),
        threshold: Type.Number(),
      }),
    ),
    width: Type.Optional(Type.Integer()),
    height: Type.Optional(Type.Integer()),
    faceCount: Type.Optional(Type.Integer()),
    processingMs: Type.Optional(Type.Number()),
  }),
});

export const agentHealthCheck = defineEndpoint({
  method: 'GET',
  path: '/health-check',
  summary: 'Version and status of the agent',
  auth: 'public',
  idempotent: true,
  status: 200,
  response: Type.Object({ version: Type.String(), status: Type.Literal('ok') }),
  errors: [],
});

export const offlineEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/offline-enrollment',
  summary: 'Photo in, client state and server state out; nothing is sent anywhere',
  auth: 'public',
  idempotent: false,
  headers: AgentHeaders,
  body: 'bytes',
  status: 200,
  response: Type.Object({ keylessId: UserId, clientState: Type.String(), serverState: Type.String() }),
  errors: ['IMAGE_EMPTY', 'IMAGE_FORMAT_INVALID', 'IMAGE_TOO_LARGE', 'FILTER_TRIGGERED', 'TOO_MANY_REQUESTS'],
});

export const onlineEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/online-enrollment',
  summary: 'Photo in, user enrolled in the backend, client state out',
  auth: 'public',
  idempotent: false,
  headers: AgentHeaders,
  body: 'bytes',
  status: 200,
  response: Type.Object({ keylessId: UserId, clientState: Type.String() }),
  errors: [
    'IMAGE_EMPTY',
    'IMAGE_FORMAT_INVALID',
    'IMAGE_TOO_LARGE',
    'FILTER_TRIGGERED',
    'TOO_MANY_REQUESTS',
    'ONLINE_MODE_NOT_CONFIGURED',
  ],
});

export const enrollmentAgentEndpoints = { agentHealthCheck, offlineEnrollment, onlineEnrollment } as const;
