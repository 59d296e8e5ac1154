import { describe, expect, it } from 'vitest';
import { documentedMetrics, documentedTypes, readText } from './documented-metrics.ts';

interface Monitor {
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly message: string;
  readonly options: { readonly thresholds: { readonly critical: number } };
}

const monitors = JSON.parse(readText('deploy/monitoring/datadog/monitors.json')) as readonly Monitor[];

/** What the agent's check is told to collect: `name in /metrics` to `name in Datadog`. */
const collected = new Map(
  [
    ...readText('deploy/monitoring/datadog/openmetrics.conf.yaml').matchAll(
      /^ +- (openrecognize_\w+): (\w+)$/gm,
    ),
  ].map(([, name = '', alias = '']) => [alias, name]),
);

describe('the Datadog monitors', () => {
  it('contain the three alerts of the product by their names', () => {
    const names = monitors.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        '{{service.name}} Production alert',
        'Cannot start {{service.name}} on {{host.name}}',
        'AuthVault - isSignatureValid error',
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('compare with the threshold they state', () => {
    for (const { type, query, options } of monitors) {
      if (type === 'service check') continue;
      expect(query).toMatch(/^(sum|min)\(last_\d+m\):/);
      const [, threshold] = / > ([\d.]+)$/.exec(query) ?? [];
      expect(Number(threshold)).toBe(options.thresholds.critical);
    }
  });

  it('ask only for metrics that the agent collects, each under the suffix of its type', () => {
    const types = documentedTypes();
    const asked = monitors.flatMap(({ query }) =>
      [...query.matchAll(/\b(?:sum|max):openrecognize\.([a-z_]+)(\.count)?\{/g)].map(
        ([, alias = '', count]) => {
          const name = collected.get(alias) ?? '';
          const counted = types.has(`${name}_total`) || types.get(name) === 'histogram';
          return { alias, isCollected: collected.has(alias), suffixFits: counted === (count !== undefined) };
        },
      ),
    );
    expect(asked.length).toBeGreaterThan(8);
    for (const metric of asked) expect(metric).toMatchObject({ isCollected: true, suffixFits: true });
  });

  it('are fed with documented metrics', () => {
    const documented = new Set(documentedMetrics());
    const unknown = [...collected.values()].filter(
      (name) => !documented.has(name) && !documented.has(`${name}_total`),
    );
    expect(unknown).toEqual([]);
  });

  it('say what to do and whom to tell', () => {
    for (const { message } of monitors) expect(message).toMatch(/.{30,}\n@operators$/s);
  });
});
