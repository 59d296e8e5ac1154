/**
 * What the agent's devices say of themselves: their client state is kept by the integrator until a device of the
 * user takes it over, so they are backups, made by the agent.
 */
export const agentDevice = { deviceType: 'BACKUP', deviceOrigin: 'KEYLESS_AGENT' } as const;
