import type { PhotoScenario } from './import-options.ts';
import type { AgentAnswer, PhotoAgent } from './photo-agent.ts';

export interface Patience {
  /** Attempts in all, 1 or more. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly wait: (delayMs: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  /** No further attempt once it says so. */
  readonly isStopped: () => boolean;
}

/** Full jitter: those refused together do not come back together. A delay the agent asks for is kept. */
const delayOf = (attempt: number, askedMs: number | undefined, patience: Patience): number => {
  const bound = Math.min(patience.maxDelayMs, patience.firstDelayMs * 2 ** (attempt - 1));
  const jittered = patience.random() * bound;
  return askedMs === undefined ? jittered : Math.min(askedMs, patience.maxDelayMs) + jittered;
};

/** Sends a photo until the agent has time for it; what stays `busy` is so after the last attempt. */
export const enrollPatiently = async (
  agent: PhotoAgent,
  photo: Uint8Array,
  scenario: PhotoScenario,
  patience: Patience,
): Promise<AgentAnswer> => {
  for (let attempt = 1; ; attempt++) {
    const answer = await agent.enroll(photo, scenario);
    if (answer.outcome !== 'busy' || attempt >= patience.maxAttempts || patience.isStopped()) return answer;
    await patience.wait(delayOf(attempt, answer.retryAfterMs, patience));
  }
};
