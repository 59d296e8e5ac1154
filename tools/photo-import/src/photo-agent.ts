import { enrollmentAgentEndpoints, FilterTriggered } from '@openrecognize/contracts';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ImportMode, PhotoScenario } from './import-options.ts';
import { ImportProblem } from './import-problem.ts';

/** A filter that refused a photo. */
export type RefusingFilter = Static<typeof FilterTriggered>['stats']['filters'][number];

/** What the agent made of a photo. */
export type AgentAnswer =
  | {
      readonly outcome: 'enrolled';
      readonly keylessId: string;
      readonly clientState: string;
      /** Offline mode alone. */
      readonly serverState?: string;
    }
  /** The photo is at fault: sent again, it would be refused again. */
  | { readonly outcome: 'refused'; readonly detail: string; readonly filters: readonly RefusingFilter[] }
  /** Nothing was enrolled and the photo is not at fault. */
  | { readonly outcome: 'busy'; readonly detail: string; readonly retryAfterMs: number | undefined }
  /** Anything else; online, it is not known whether the user exists. */
  | { readonly outcome: 'failed'; readonly detail: string };

/** Sends one photo to an enrollment-agent. */
export interface PhotoAgent {
  /**
   * Asks whether it is there at all.
   *
   * @throws ImportProblem environment
   */
  check(): Promise<void>;
  /** @throws ImportProblem environment when the agent can't do this for any photo */
  enroll(photo: Uint8Array, scenario: PhotoScenario): Promise<AgentAnswer>;
}

const endpoints = {
  online: enrollmentAgentEndpoints.onlineEnrollment,
  offline: enrollmentAgentEndpoints.offlineEnrollment,
} as const;

const ErrorAnswer = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) });

const jsonOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
};

const checkTimeoutMs = 10_000;

const retryAfterMs = (response: Response): number | undefined => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
};

const failureOf = (response: Response, body: unknown): AgentAnswer => {
  const { status } = response;
  const detail = Value.Check(ErrorAnswer, body)
    ? `${body.error.code}: ${body.error.message}`
    : `HTTP status ${status}`;
  if (status === 422 && Value.Check(FilterTriggered, body)) {
    const filters = body.stats.filters.filter(({ triggered }) => triggered);
    return { outcome: 'refused', detail: body.detail, filters };
  }
  if (status === 429 || status === 503)
    return { outcome: 'busy', detail, retryAfterMs: retryAfterMs(response) };
  if (status === 409) {
    throw new ImportProblem('environment', 'the agent is not set up for online mode; try --mode offline');
  }
  // 400 and 413 are the photo's; the rest is not.
  if (status === 400 || status === 413) return { outcome: 'refused', detail, filters: [] };
  return { outcome: 'failed', detail };
};

/** The connection never came about, so nothing was enrolled. */
const isRefusedConnection = (error: unknown): boolean => {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code === 'ECONNREFUSED' || cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN';
};

/** @param timeoutMs of one photo, its upload included. */
export const createPhotoAgent = (agentUrl: string, mode: ImportMode, timeoutMs: number): PhotoAgent => {
  const endpoint = endpoints[mode];
  return {
    check: async () => {
      const { path, response: schema } = enrollmentAgentEndpoints.agentHealthCheck;
      const signal = AbortSignal.timeout(checkTimeoutMs);
      const answer = await fetch(`${agentUrl}${path}`, { redirect: 'error', signal }).catch(() => undefined);
      if (answer?.status === 200 && Value.Check(schema, await jsonOf(answer))) return;
      throw new ImportProblem('environment', `no enrollment-agent answers at ${agentUrl}`);
    },
    enroll: async (photo, scenario) => {
      try {
        const response = await fetch(`${agentUrl}${endpoint.path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream', scenario },
          body: new Uint8Array(photo),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        const body = await jsonOf(response);
        if (response.status !== 200) return failureOf(response, body);
        if (!Value.Check(endpoint.response, body)) {
          return { outcome: 'failed', detail: 'the answer is not one of an enrollment-agent' };
        }
        return { outcome: 'enrolled', ...(body as Static<typeof endpoints.online.response>) };
      } catch (error) {
        if (error instanceof ImportProblem) throw error;
        if (isRefusedConnection(error)) {
          return { outcome: 'busy', detail: 'no connection to the agent', retryAfterMs: undefined };
        }
        const isLate = (error as Error).name === 'TimeoutError';
        return { outcome: 'failed', detail: isLate ? 'the agent did not answer in time' : 'connection lost' };
      }
    },
  };
};
