import type pg from 'pg';
import type { ServiceMetrics } from '../service-metrics.ts';

/** @param seconds without the wait for a connection */
export type ObserveStatement = (name: string, seconds: number, failed: boolean) => void;

/** Gauges of the pool, read at each scrape, and the time of every statement by its name. */
export const observePool = (metrics: ServiceMetrics, poolName: string, pool: pg.Pool): ObserveStatement => {
  metrics.gauge({
    name: 'openrecognize_database_connections',
    help: 'Connections of the pool that are lent, idle, or waited for',
    labels: ['pool', 'state'],
    collect: (gauge) => {
      gauge.set({ pool: poolName, state: 'used' }, pool.totalCount - pool.idleCount);
      gauge.set({ pool: poolName, state: 'idle' }, pool.idleCount);
      gauge.set({ pool: poolName, state: 'waiting' }, pool.waitingCount);
    },
  });
  metrics
    .gauge({ name: 'openrecognize_database_connections_max', help: 'Size of the pool', labels: ['pool'] })
    .set({ pool: poolName }, pool.options.max);
  const duration = metrics.histogram({
    name: 'openrecognize_database_statement_duration_seconds',
    help: 'Time of a statement, without the wait for a connection',
    labels: ['statement'],
  });
  return (statement, seconds) => duration.observe({ statement }, seconds);
};
