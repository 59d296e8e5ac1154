/** What `/health/ready` of a service says. */
export interface ServiceHealth {
  readonly isReady: boolean;
  /** Dependencies it finds missing, by name. */
  readonly failed: readonly string[];
  /** Why there is no answer. */
  readonly reason?: string;
}

const HEALTH_TIMEOUT_MS = 5_000;

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, name, message } = cause as Partial<NodeJS.ErrnoException>;
  return name === 'TimeoutError' ? 'no answer in time' : (code ?? (message || 'no connection'));
};

/** Never rejects: a service that cannot be asked is one that is not ready. */
export const readServiceHealth = async (baseUrl: string): Promise<ServiceHealth> => {
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const response = await fetch(`${baseUrl}/health/ready`, { signal });
    const body = (await response.json()) as { readonly failed?: unknown };
    const failed = Array.isArray(body.failed) ? body.failed.filter((name) => typeof name === 'string') : [];
    return { isReady: response.ok, failed };
  } catch (error) {
    return { isReady: false, failed: [], reason: reasonOf(error) };
  }
};
