import { setTimeout as delay } from 'node:timers/promises';
import { outcomeOf } from './outcome-of.ts';
import type { SyntheticDevice } from './synthetic-device.ts';

/** What became of a crowd. */
export interface CrowdResult {
  /** JWTs that were handed out. */
  readonly jwts: number;
  /** Codes of the refusals, each once. */
  readonly refusals: readonly string[];
}

/** Devices that authenticate again and again, each on its own, while something happens to the services. */
export interface Crowd {
  /** Lets each finish what it has begun. */
  stop(): Promise<CrowdResult>;
}

/** @param pauseMs between two authentications of one device. */
export const startCrowd = (devices: readonly SyntheticDevice[], pauseMs = 0): Crowd => {
  const refusals = new Set<string>();
  let jwts = 0;
  let isOver = false;
  const loops = devices.map(async (device) => {
    while (!isOver) {
      const outcome = await outcomeOf(device.authenticate());
      if (outcome === 'ok') jwts++;
      else refusals.add(outcome);
      await delay(pauseMs);
    }
  });
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(loops);
      return { jwts, refusals: [...refusals] };
    },
  };
};
