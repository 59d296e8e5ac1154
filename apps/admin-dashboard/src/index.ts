export { dashboardConfig } from './config.ts';
export type { DashboardDependencies } from './dashboard-dependencies.ts';
export { createKnownSessions, type KnownSessions } from './known-sessions.ts';
export { mountDashboard } from './server.ts';
export type { HealthTarget, ServiceState } from './service-health.ts';
export { createSessionCookie, type SessionCookie } from './session-cookie.ts';
