import type { CircuitStorageDependencies } from '../dependencies.ts';

/** Sets the gauges of the stock: how many circuits are ready, and how many devices run short of them. */
export const measureStock = async (
  { circuits, metrics, now }: Pick<CircuitStorageDependencies, 'circuits' | 'metrics' | 'now'>,
  lowWaterMark: number,
): Promise<void> => metrics.stock(await circuits.summarizeStock(lowWaterMark, now()));
