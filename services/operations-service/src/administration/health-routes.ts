import { readServicesHealth } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { AdministrationDependencies } from './administration-dependencies.ts';

const TIMEOUT_MS = 2_000;

const isReady = async (baseUrl: string): Promise<boolean> => {
  try {
    const answer = await fetch(new URL('/health/ready', baseUrl), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
};

/** Asks every configured service whether it is ready. */
export const registerHealthRoutes = ({ app, guards, services }: AdministrationDependencies): void =>
  registerEndpoint(app, guards, readServicesHealth, async () => ({
    services: await Promise.all(
      Object.entries(services).map(async ([name, baseUrl]) => {
        const start = performance.now();
        const ready = await isReady(baseUrl);
        return { name, ready, latencyMs: Math.round((performance.now() - start) * 10) / 10 };
      }),
    ),
  }));
