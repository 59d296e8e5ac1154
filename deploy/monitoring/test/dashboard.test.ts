import { describe, expect, it } from 'vitest';
import { readText } from './documented-metrics.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

const dashboard = JSON.parse(readText('deploy/monitoring/grafana/openrecognize.json')) as {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
const charts = dashboard.panels.filter(({ type }) => type !== 'row');

describe('the Grafana dashboard', () => {
  it('has panels with a query, a unit and an id of their own', () => {
    expect(charts.length).toBeGreaterThan(20);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, targets = [], fieldConfig } of charts) {
      expect(title).not.toBe('');
      expect(fieldConfig?.defaults.unit).toBeTruthy();
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });

  it('has no panels that cover one another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('uses only variables that it defines or Grafana has', () => {
    const defined = new Set([...dashboard.templating.list.map(({ name }) => name), '__rate_interval']);
    const used = charts.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name)),
    );
    expect(used.filter((name) => !defined.has(name))).toEqual([]);
    expect(used).toContain('service');
  });
});
