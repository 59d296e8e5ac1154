import { statement } from '@openrecognize/service-kit/postgres';

interface StockSummaryRow {
  readonly ready_circuits: number;
  readonly sufficient: number;
  readonly low: number;
  readonly empty: number;
}

/** $1 low-water mark, $2 now. Reads every live circuit: for a job, not for a request. */
export const STOCK_SUMMARY = statement<StockSummaryRow, [lowWaterMark: number, nowMs: number]>(
  'circuit-storage-stock-summary',
  `
SELECT coalesce(sum(stock), 0)::bigint AS ready_circuits,
  count(*) FILTER (WHERE stock >= $1::int) AS sufficient,
  count(*) FILTER (WHERE stock > 0 AND stock < $1::int) AS low,
  count(*) FILTER (WHERE stock = 0) AS empty
FROM (
  SELECT count(c.device_no) AS stock
  FROM circuit_storage.devices d
  LEFT JOIN circuit_storage.circuits c ON c.device_no = d.device_no
    AND (c.state = 'ready' OR (c.state = 'reserved' AND c.lease_expires_at_ms <= $2::bigint))
  WHERE d.deleted_at_ms IS NULL
  GROUP BY d.device_no
) AS devices`,
);
