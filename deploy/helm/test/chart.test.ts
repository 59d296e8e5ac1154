import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import {
  chartFolder,
  findHelm,
  installations,
  type KubernetesObject,
  nameOfPeer,
  programFolder,
  renderChart,
  rootFolder,
  runProgram,
  topology,
  valuesFile,
} from './rendered-chart.ts';

const helm = findHelm();
if ('reason' in helm) console.log(helm.reason);
const folder = 'folder' in helm ? helm.folder : '';

type KubernetesModel = new (data: KubernetesObject) => { validate(): unknown };
const models = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
} as unknown as Readonly<Record<string, Readonly<Record<string, KubernetesModel | undefined>>>>;
/** Objects of the Prometheus Operator have no model here. */
const isOfOperator = (apiVersion: string): boolean => apiVersion === 'monitoring.coreos.com/v1';

const deploymentsOf = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === 'Deployment');

/** Pod specs of deployments and of the test pod. */
const podsOf = (objects: readonly KubernetesObject[]) =>
  objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Pod')
    .map(({ kind, metadata, spec }) => ({
      name: metadata.name,
      pod: kind === 'Pod' ? spec : spec.template.spec,
    }));

interface ConfigSchema {
  readonly properties: Readonly<Record<string, { readonly writeOnly?: boolean }>>;
  readonly required?: readonly string[];
}

const configSchemas = new Map<string, ConfigSchema>();
const configSchemaOf = (workload: string): ConfigSchema => {
  const known = configSchemas.get(workload);
  if (known) return known;
  const printed = runProgram(process.execPath, [
    join(programFolder(workload), 'dist', 'main.js'),
    '--print-config-schema',
  ]);
  const schema = JSON.parse(printed) as ConfigSchema;
  configSchemas.set(workload, schema);
  return schema;
};

describe('files the chart takes from deploy/monitoring', () => {
  it.each([
    ['openrecognize.rules.yml', 'prometheus'],
    ['openrecognize.json', 'grafana'],
  ])('%s is the same there', (file, from) => {
    const copy = readFileSync(join(chartFolder, 'files', file), 'utf8');
    expect(copy).toBe(readFileSync(join(rootFolder, 'deploy', 'monitoring', from, file), 'utf8'));
  });
});

describe.skipIf(folder === '')('the chart', { timeout: 300_000 }, () => {
  it('refuses values it does not know, and images without a version', () => {
    const render = (...more: string[]) => renderChart(folder, 'small', more);
    expect(() => render('--set', 'services.core-daemon.replcas=2')).toThrow(/replcas/);
    expect(() => render('--set', 'image.tag=latest')).toThrow(/image\/tag/);
    expect(() => render('--set', 'terminationGracePeriodSeconds=1')).toThrow(/terminationGracePeriodSeconds/);
    expect(() => render('--set', 'secrets.values.service-key=')).toThrow(/service-key/);
  });

  it('runs as many pods as the published benchmark at most', () => {
    const scalers = renderChart(folder, 'production').filter(
      ({ kind }) => kind === 'HorizontalPodAutoscaler',
    );
    expect(scalers.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining([
        'or-core-daemon',
        'or-auth-vault',
        'or-circuit-storage',
        'or-node-persistence',
      ]),
    );
    for (const { spec } of scalers) expect(spec.maxReplicas).toBe(3);
  });

  const notesOf = (installation: (typeof installations)[number]): string => {
    const args = ['install', 'or', chartFolder, '--dry-run=client', '--values', valuesFile(installation)];
    return runProgram(join(folder, 'helm'), args).split('NOTES:')[1] ?? '';
  };

  it('tells how many database connections it can open', () => {
    // 4 a pod, at most 3 pods, two services with tables.
    expect(notesOf('production')).toContain('= 24');
  });

  it('tells whoever has no tenant yet how to make one, and then how to check it', () => {
    const first = notesOf('small');
    for (const word of [
      'operator-bootstrap',
      '"Tenants"',
      'test.apiKeySecret.name=or-check',
      'test.customer=',
    ]) {
      expect(first).toContain(word);
    }
    expect(notesOf('production')).not.toContain('first tenant');
    expect(notesOf('production')).toContain('helm test or');
  });
});

describe.skipIf(folder === '').each(installations)(
  'an installation of kind %s',
  { timeout: 300_000 },
  (kind) => {
    const objects = folder === '' ? [] : renderChart(folder, kind);

    it('passes helm lint', () => {
      runProgram(join(folder, 'helm'), ['lint', '--strict', chartFolder, '--values', valuesFile(kind)]);
    });

    it('has objects that Kubernetes would take', () => {
      for (const object of objects.filter(({ apiVersion }) => !isOfOperator(apiVersion))) {
        const Model = models[object.apiVersion]?.[object.kind];
        expect(Model, `${object.apiVersion} ${object.kind}`).toBeDefined();
        new (Model as KubernetesModel)(object).validate();
      }
    });

    it('has each name once', () => {
      const names = objects.map(({ kind: its, metadata }) => `${its}/${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
    });

    it('gives no pod a privilege, a writable root or a token of the cluster', () => {
      for (const { name, pod } of podsOf(objects)) {
        expect(pod.automountServiceAccountToken, name).toBe(false);
        expect(pod.securityContext, name).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC, name).toBeUndefined();
        for (const volume of pod.volumes ?? []) expect(volume.hostPath, name).toBeUndefined();
        for (const container of pod.containers)
          expect(container.securityContext, name).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            privileged: false,
            capabilities: { drop: ['ALL'] },
          });
      }
    });

    it('limits CPU and memory of each container, and pins each image', () => {
      for (const { name, pod } of podsOf(objects))
        for (const { resources, image } of pod.containers) {
          for (const bound of ['requests', 'limits']) {
            expect(resources[bound].cpu, `${name} ${bound}`).toBeTruthy();
            expect(resources[bound].memory, `${name} ${bound}`).toBeTruthy();
          }
          expect(image).toMatch(/:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$/);
        }
    });

    it('asks each service whether it lives and is ready', () => {
      for (const { metadata, spec } of deploymentsOf(objects)) {
        const [container] = spec.template.spec.containers;
        expect(container.livenessProbe.httpGet.path, metadata.name).toBe('/health/live');
        expect(container.readinessProbe.httpGet.path, metadata.name).toBe('/health/ready');
        expect(container.startupProbe.httpGet.path, metadata.name).toBe('/health/live');
      }
    });

    it('sets variables that the service knows, and all it cannot do without', () => {
      for (const { metadata, spec } of deploymentsOf(objects)) {
        const schema = configSchemaOf(metadata.labels?.['app.kubernetes.io/name'] ?? '');
        const names: string[] = spec.template.spec.containers[0].env.map(
          ({ name }: { name: string }) => name,
        );
        const ofTheProcess = ['NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'POD_IP'];
        const known = [...Object.keys(schema.properties), ...ofTheProcess];
        expect(known, metadata.name).toEqual(expect.arrayContaining(names));
        expect(names, metadata.name).toEqual(expect.arrayContaining([...(schema.required ?? [])]));
        expect(new Set(names).size, metadata.name).toBe(names.length);
      }
    });

    it('takes secrets from a Secret alone', () => {
      for (const { metadata, spec } of deploymentsOf(objects)) {
        const { properties } = configSchemaOf(metadata.labels?.['app.kubernetes.io/name'] ?? '');
        for (const variable of spec.template.spec.containers[0].env)
          if (properties[variable.name]?.writeOnly)
            expect(variable.valueFrom?.secretKeyRef?.name, `${metadata.name} ${variable.name}`).toBeTruthy();
      }
    });

    it('lets those talk that the topology lets talk, and nobody else', () => {
      const policies = objects.filter(({ kind: its }) => its === 'NetworkPolicy');
      const isInstalled = (name: string) =>
        objects.some(({ kind: its, metadata }) => its === 'Deployment' && metadata.name === `or-${name}`);
      const workloads = Object.entries(topology).filter(([name]) => isInstalled(name));
      for (const [name, facts] of workloads) {
        const policy = policies.find(({ metadata }) => metadata.name === `or-${name}`);
        const callers = policy?.spec.ingress
          .flatMap(({ from }: { from: [] }) => from.map(nameOfPeer))
          .filter(Boolean);
        const expected = workloads
          .filter(
            ([caller, { calls, health = [], peers }]) =>
              calls.includes(name) || health.includes(name) || (peers === true && caller === name),
          )
          .map(([caller]) => caller);
        expect(callers.filter((caller: string) => caller !== 'cct').toSorted(), name).toEqual(
          expected.toSorted(),
        );
        const called = policy?.spec.egress
          .flatMap(({ to }: { to: [] }) => to.map(nameOfPeer))
          .filter(Boolean);
        const wanted = [
          ...facts.calls,
          ...(facts.health ?? []),
          ...(facts.peers === true ? [name] : []),
        ].filter(isInstalled);
        expect(called.toSorted(), name).toEqual(wanted.toSorted());
      }
      const denied = policies.find(({ metadata }) => metadata.name === 'or-default-deny');
      expect(denied?.spec.ingress ?? denied?.spec.egress).toBeUndefined();
      expect(denied?.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    });

    it('tells replicas that call each other where their own pod is', () => {
      const withPeers = Object.entries(topology).filter(([, { peers }]) => peers === true);
      expect(withPeers.map(([name]) => name)).toEqual(['authentication-service']);
      for (const [name, { port }] of withPeers) {
        const deployment = deploymentsOf(objects).find(({ metadata }) => metadata.name === `or-${name}`);
        const { env } = deployment?.spec.template.spec.containers[0] ?? {};
        const names: string[] = env.map((variable: { name: string }) => variable.name);
        expect(env.at(names.indexOf('POD_IP'))).toEqual({
          name: 'POD_IP',
          valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
        });
        expect(env.at(names.indexOf('PEER_ADDRESS')).value).toBe(`http://$(POD_IP):${port}`);
        // Kubernetes puts in what was defined before.
        expect(names.indexOf('POD_IP')).toBeLessThan(names.indexOf('PEER_ADDRESS'));
      }
    });

    it('gives variables with addresses of services that are there, and that it may call', () => {
      const names = new Set(deploymentsOf(objects).map(({ metadata }) => metadata.name));
      for (const { metadata, spec } of deploymentsOf(objects))
        for (const { name, value = '' } of spec.template.spec.containers[0].env)
          for (const [, host = ''] of String(value).matchAll(/http:\/\/(or-[a-z-]+):\d+/g))
            expect(names, `${metadata.name} ${name}`).toContain(host);
    });
  },
);
