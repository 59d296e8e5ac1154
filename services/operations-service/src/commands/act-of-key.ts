import type { AdministrativeAct } from '@openrecognize/contracts';
import { API_KEY_HEADER, type EndpointContext } from '@openrecognize/service-kit';
import { apiKeyIdOf } from './api-key-id.ts';

/** Who holds the key of a request, as the audit trail names him: by the id of the key, never by the key. */
export const keyActorOf = (headers: Readonly<Record<string, unknown>>) => ({
  kind: 'api-key' as const,
  id: apiKeyIdOf(String(headers[API_KEY_HEADER])),
});

/** What the audit trail says of a change through the server API. */
export const actOfKey = ({ request, requestId }: EndpointContext): AdministrativeAct => ({
  actor: keyActorOf(request.headers),
  requestId,
});
