import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentedMetrics, metricsInSource, readText, undocumentedIn } from './documented-metrics.ts';

describe('docs/metrics.md', () => {
  it('describes every metric of the source and no other', () => {
    expect(documentedMetrics()).toEqual(metricsInSource());
    expect(documentedMetrics().length).toBeGreaterThan(20);
  });
});

describe('what is built on the metrics', () => {
  it('notices a metric that is not documented', () => {
    expect(
      undocumentedIn('rate(openrecognize_user_auth_seconds_bucket[5m]) + openrecognize_made_up_total'),
    ).toEqual(['openrecognize_made_up_total']);
  });

  it.each([
    'deploy/monitoring/prometheus/openrecognize.rules.yml',
    'deploy/monitoring/grafana/openrecognize.json',
  ])('%s uses documented metrics alone', (file) => {
    expect(undocumentedIn(readText(file))).toEqual([]);
  });

  it('uses only recorded series that a rule records', () => {
    const rules = readText('deploy/monitoring/prometheus/openrecognize.rules.yml');
    const recorded = new Set([...rules.matchAll(/record: (openrecognize:\w+)/g)].map(([, name]) => name));
    const used = [rules, readText('deploy/monitoring/grafana/openrecognize.json')].flatMap((text) =>
      [...text.matchAll(/openrecognize:\w+/g)].map(([name]) => name),
    );
    expect(used.filter((name) => !recorded.has(name))).toEqual([]);
    expect(recorded.size).toBe(3);
  });

  it('links every alert to a heading of the troubleshooting guide', () => {
    const rules = readText('deploy/monitoring/prometheus/openrecognize.rules.yml');
    const headings = [...readText('docs/troubleshooting.md').matchAll(/^#+ (.+)$/gm)].map(
      ([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
    );
    const anchors = [...rules.matchAll(/runbook: docs\/troubleshooting\.md#(\S+)/g)].map(
      ([, anchor]) => anchor,
    );
    expect(anchors).toHaveLength([...rules.matchAll(/- alert:/g)].length);
    expect(anchors.filter((anchor) => !headings.includes(anchor!))).toEqual([]);
  });

  it('scrapes every service there is', () => {
    const services = readdirSync(new URL('../../../services', import.meta.url)).sort();
    const config = readText('deploy/monitoring/prometheus/prometheus.yml');
    expect([...config.matchAll(/service: ([a-z-]+)/g)].map(([, name]) => name).sort()).toEqual(services);
    const datadog = readText('deploy/monitoring/datadog/openmetrics.conf.yaml');
    expect([...datadog.matchAll(/service:([a-z-]+)/g)].map(([, name]) => name).sort()).toEqual(services);
  });
});
