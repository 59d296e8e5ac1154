import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../tools/cct/src/settings.ts';
import {
  findHelm,
  installations,
  type KubernetesObject,
  nameOfPeer,
  type PolicyRule,
  renderChart,
  topology,
} from './rendered-chart.ts';

const helm = findHelm();
if ('reason' in helm) console.log(helm.reason);
const folder = 'folder' in helm ? helm.folder : '';

const specOf = (objects: readonly KubernetesObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)?.spec;
const policiesIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy');

describe.skipIf(folder === '')('the pod of helm test', { timeout: 300_000 }, () => {
  const render = (...more: string[]) => {
    const objects = renderChart(folder, 'production', more);
    const variables: { name: string; value?: string }[] = specOf(objects, 'Pod', 'or-cct').containers[0].env;
    const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value ?? 'a-key']));
    const { egress }: { egress: PolicyRule[] } = specOf(objects, 'NetworkPolicy', 'or-cct');
    const called = egress.flatMap(({ to = [], ports }) =>
      to.filter(nameOfPeer).map((peer) => `http://or-${nameOfPeer(peer)}:${ports[0]?.port}`),
    );
    const letsItIn = ({ from = [] }: PolicyRule) => from.some((peer) => nameOfPeer(peer) === 'cct');
    const callees = policiesIn(objects)
      .filter(({ spec }) => spec.ingress?.some(letsItIn))
      .map(({ metadata }) => metadata.name);
    return { settings: readSettings(environment, ''), called, callees: callees.toSorted() };
  };

  it('is told of every public service, and may reach each of them', () => {
    const { settings, called, callees } = render();
    expect(settings).toEqual({
      coreDaemonUrl: 'http://or-core-daemon:8082',
      mobileApiKey: 'a-key',
      fullLog: false,
      operationsUrl: 'http://or-operations-service:8086',
      customer: 'checks',
      authenticationServiceUrl: 'http://or-authentication-service:8080',
      agentUrl: 'http://or-enrollment-agent:8081',
    });
    const { coreDaemonUrl, operationsUrl, authenticationServiceUrl, agentUrl } = settings;
    expect(called).toEqual([coreDaemonUrl, operationsUrl, authenticationServiceUrl, agentUrl]);
    const names = ['authentication-service', 'core-daemon', 'enrollment-agent', 'operations-service'];
    expect(callees).toEqual(names.map((name) => `or-${name}`));
  });

  it('does not ask for what is not installed, or verify a JWT of a tenant it does not know', () => {
    const { settings, called, callees } = render(
      ...['--set', 'services.enrollment-agent.enabled=false', '--set', 'test.customer='],
    );
    expect(settings).not.toHaveProperty('agentUrl');
    expect(settings).not.toHaveProperty('customer');
    expect(called).toHaveLength(3);
    expect(callees).not.toContain('or-enrollment-agent');
  });

  it('leaves no way open where it is not wanted', () => {
    const objects = renderChart(folder, 'production', ['--set', 'test.enabled=false']);
    expect(objects.length).toBeGreaterThan(0);
    expect(JSON.stringify(objects)).not.toContain('"cct"');
  });
});

describe.skipIf(folder === '')('traces', { timeout: 300_000 }, () => {
  const elsewhere = ['--set', 'telemetry.endpoint=https://collector.example.com'];

  it('go where they are told to from every service, and the way there is open', () => {
    const traced = renderChart(folder, 'production');
    const peer = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    for (const name of Object.keys(topology)) {
      const [container] = specOf(traced, 'Deployment', `or-${name}`).template.spec.containers;
      expect(container.env, name).toContainEqual({
        name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        value: 'http://collector.monitoring:4318',
      });
      expect(specOf(traced, 'NetworkPolicy', `or-${name}`).egress, name).toContainEqual({
        to: [peer],
        ports: [{ protocol: 'TCP', port: 4318 }],
      });
    }
  });

  it('need nothing where nobody asked for them', () => {
    expect(JSON.stringify(renderChart(folder, 'small'))).not.toMatch(/OTEL_|4318/);
  });

  it('are refused a collector at a port that stays shut', () => {
    expect(() => renderChart(folder, 'production', elsewhere)).toThrow(
      /port 443, which networkPolicy\.destinations\.telemetry\.ports does not have/,
    );
    const opened = 'networkPolicy.destinations.telemetry={"cidrs":["192.0.2.0/24"],"peers":[],"ports":[443]}';
    const objects = renderChart(folder, 'production', [...elsewhere, '--set-json', opened]);
    expect(specOf(objects, 'NetworkPolicy', 'or-auth-vault').egress).toContainEqual({
      to: [{ ipBlock: { cidr: '192.0.2.0/24' } }],
      ports: [{ protocol: 'TCP', port: 443 }],
    });
  });
});

describe.skipIf(folder === '').each(installations)(
  'network policies of kind %s',
  { timeout: 300_000 },
  (kind) => {
    it('name a peer and real ports in every rule', () => {
      const policies = policiesIn(renderChart(folder, kind));
      const rules: PolicyRule[] = policies.flatMap(({ spec }) => [
        ...(spec.ingress ?? []),
        ...(spec.egress ?? []),
      ]);
      expect(rules.length).toBeGreaterThan(policies.length);
      for (const { from, to, ports } of rules) {
        // Kubernetes takes an empty list for everybody.
        expect((from ?? to)?.length, JSON.stringify(ports)).toBeGreaterThan(0);
        expect(ports.length).toBeGreaterThan(0);
        for (const { port } of ports) expect([port > 0, port < 65_536]).toEqual([true, true]);
      }
    });

    it('open nothing for a destination without addresses', () => {
      const shut = 'networkPolicy.destinations.database={"cidrs":[],"ports":[5432]}';
      const objects = renderChart(folder, kind, ['--set-json', shut]);
      expect(JSON.stringify(policiesIn(objects))).not.toContain('"port":5432');
    });
  },
);
