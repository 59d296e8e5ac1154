import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrollSyntheticDevice, startTestStack, type TestStack } from '@openrecognize/e2e';
import { decodeUserAuthentication, encodeUserAuthentication } from '@openrecognize/zkb/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monitoringFolder, readText } from './documented-metrics.ts';
import { findPrometheus, freePort, type RunningBinary, runTool, startBinary } from './prometheus-binaries.ts';

const found = findPrometheus();
const folder = 'folder' in found ? found.folder : '';
if ('reason' in found) console.warn(`skipped: rules and alerts in Prometheus (${found.reason})`);

const rulesFile = join(monitoringFolder, 'prometheus/openrecognize.rules.yml');
const work = mkdtempSync(join(tmpdir(), 'openrecognize-monitoring-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(folder === '')('as Prometheus reads them', { timeout: 120_000 }, () => {
  it('the rules, the configurations and the routes are valid', () => {
    expect(runTool(folder, 'promtool', ['check', 'rules', rulesFile])).toMatch(/SUCCESS: \d+ rules found/);
    const configuration = runTool(folder, 'promtool', ['check', 'config', 'prometheus/prometheus.yml']);
    expect(configuration).toContain('is valid prometheus config');
    const routes = runTool(folder, 'amtool', ['check-config', 'prometheus/alertmanager.yml']);
    expect(routes).toContain('SUCCESS');
  });

  it('the configuration for Kubernetes is valid but for the discovery, which Debian builds without', () => {
    const discovery = /kubernetes_sd_configs:\n +- role: pod/;
    const shipped = readText('deploy/monitoring/prometheus/prometheus.kubernetes.yml');
    expect(shipped).toMatch(discovery);
    const checkable = shipped
      .replace(discovery, "static_configs: [{ targets: ['pod:1'] }]")
      .replace('openrecognize.rules.yml', rulesFile);
    writeFileSync(join(work, 'kubernetes.yml'), checkable);
    const checked = runTool(folder, 'promtool', ['check', 'config', join(work, 'kubernetes.yml')]);
    expect(checked).toContain('is valid prometheus config');
  });

  it('every alert fires when it should and is silent when it should be', () => {
    expect(runTool(folder, 'promtool', ['test', 'rules', 'test/openrecognize.rules.test.yml'])).toContain(
      'SUCCESS',
    );
  });

  it('the tests of the rules would notice a threshold that moved', () => {
    const moved = readText('deploy/monitoring/prometheus/openrecognize.rules.yml').replace(
      'vector(20)',
      'vector(19)',
    );
    const tests = readText('deploy/monitoring/test/openrecognize.rules.test.yml');
    writeFileSync(join(work, 'moved.yml'), moved);
    writeFileSync(
      join(work, 'moved.test.yml'),
      tests.replace('../prometheus/openrecognize.rules.yml', 'moved.yml'),
    );
    expect(() => runTool(folder, 'promtool', ['test', 'rules', join(work, 'moved.test.yml')])).toThrow(
      /Production alert/,
    );
  });

  it('there is a test for every alert', () => {
    const alertsIn = (text: string, key: string) =>
      [...new Set([...text.matchAll(new RegExp(`${key}: (.+)$`, 'gm'))].map(([, name]) => name))].sort();
    expect(alertsIn(readText('deploy/monitoring/test/openrecognize.rules.test.yml'), 'alertname')).toEqual(
      alertsIn(readText('deploy/monitoring/prometheus/openrecognize.rules.yml'), 'alert'),
    );
  });

  it('every query of the dashboard is PromQL', () => {
    const { panels } = JSON.parse(readText('deploy/monitoring/grafana/openrecognize.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const rules = panels
      .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
      .map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$service', '.+'))
      .map((expr, index) => ({ record: `panel:query_${index}`, expr }));
    // JSON is YAML.
    writeFileSync(join(work, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const checked = runTool(folder, 'promtool', ['check', 'rules', join(work, 'panels.yml')]);
    expect(checked).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});

interface Notification {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** Ports of `npm start`, which the shipped configuration scrapes. */
const PORTS = {
  8080: 'authentication-service',
  8081: 'enrollment-agent',
  8082: 'core-daemon',
  8083: 'node-persistence',
  8084: 'circuit-storage',
  8085: 'auth-vault',
  8086: 'operations-service',
} as const;

describe.skipIf(folder === '')('from a running service to a webhook', () => {
  const notifications: Notification[] = [];
  const running: RunningBinary[] = [];
  let stack: TestStack;
  let webhook: Server;
  let prometheusUrl: string;

  const query = async (expression: string): Promise<number> => {
    try {
      const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return Number(data.result[0]?.value[1] ?? Number.NaN);
    } catch {
      return Number.NaN;
    }
  };

  const startWebhook = async (port: number): Promise<void> => {
    webhook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        notifications.push(JSON.parse(body) as Notification);
        response.end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(port, '127.0.0.1', resolve));
  };

  /** The shipped configuration with the ports of this run and without its leisure. */
  const configure = (ports: { alertmanager: number; webhook: number }): void => {
    let scraping = readText('deploy/monitoring/prometheus/prometheus.yml')
      .replaceAll('_interval: 15s', '_interval: 1s')
      .replace('openrecognize.rules.yml', rulesFile)
      .replace('127.0.0.1:9093', `127.0.0.1:${ports.alertmanager}`);
    for (const [port, service] of Object.entries(PORTS)) {
      scraping = scraping.replace(`127.0.0.1:${port}`, new URL(stack.urlOf(service)).host);
    }
    writeFileSync(join(work, 'prometheus.yml'), scraping);
    const routing = readText('deploy/monitoring/prometheus/alertmanager.yml')
      .replace('group_wait: 10s', 'group_wait: 0s')
      .replace('127.0.0.1:9094', `127.0.0.1:${ports.webhook}`);
    writeFileSync(join(work, 'alertmanager.yml'), routing);
  };

  beforeAll(async () => {
    stack = await startTestStack();
    const ports = { prometheus: await freePort(), alertmanager: await freePort(), webhook: await freePort() };
    prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;
    await startWebhook(ports.webhook);
    configure(ports);
    running.push(
      startBinary(folder, 'prometheus-alertmanager', [
        `--config.file=${join(work, 'alertmanager.yml')}`,
        `--storage.path=${join(work, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
        '--cluster.listen-address=',
      ]),
      startBinary(folder, 'prometheus', [
        `--config.file=${join(work, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(work, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      ]),
    );
  });
  afterAll(async () => {
    await Promise.all(running.map((binary) => binary.stop()));
    webhook?.close();
    await stack?.dispose();
  });

  it('a forged signature reaches the operators as the alert of the product, with its runbook', async () => {
    await expect
      .poll(() => query('sum(up{job="openrecognize"})'), { timeout: 20_000, interval: 200 })
      .toBe(5);
    await expect
      .poll(() => query('sum(openrecognize_signature_failures_total)'), { timeout: 10_000, interval: 200 })
      .toBe(0);

    const { coreDaemonUrl, mobileApiKey } = stack.tenant;
    const device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 5 });
    const reservation = await device.reserve();
    const { header, labels } = decodeUserAuthentication(
      device.answer(reservation, device.code, { purpose: 'authenticate' }),
    );
    const signature = Buffer.from((header as { signature: string }).signature, 'base64');
    signature[40]! ^= 1;
    const forged = encodeUserAuthentication(
      { ...(header as object), signature: signature.toString('base64') },
      labels,
    );
    await expect(device.send(reservation, forged)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await device.close();

    await expect.poll(() => notifications.length, { timeout: 30_000, interval: 200 }).toBeGreaterThan(0);
    const alerts = notifications.flatMap((notification) => notification.alerts);
    expect(alerts[0]).toMatchObject({
      status: 'firing',
      labels: {
        alertname: 'AuthVault - isSignatureValid error',
        severity: 'critical',
        service: 'auth-vault',
      },
      annotations: {
        summary: 'AuthVault - isSignatureValid error',
        runbook: 'docs/troubleshooting.md#authvault---issignaturevalid-error',
      },
    });
    // One fault, one alert: nothing else about a healthy stack.
    expect(new Set(alerts.map(({ labels: { alertname } }) => alertname)).size).toBe(1);
  }, 120_000);
});
