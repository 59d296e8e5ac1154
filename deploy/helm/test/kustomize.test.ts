import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHelm, type KubernetesObject, parseObjects, rootFolder, runProgram } from './rendered-chart.ts';

const helm = findHelm();
if ('reason' in helm) console.log(helm.reason);
const folder = 'folder' in helm ? helm.folder : '';
const kustomizeFolder = join(rootFolder, 'deploy', 'kustomize');
const overlays = readdirSync(join(kustomizeFolder, 'overlays'));

const build = (overlay: string): readonly KubernetesObject[] =>
  parseObjects(
    runProgram(join(folder, 'kubectl'), ['kustomize', join(kustomizeFolder, 'overlays', overlay)]),
  );
const deploymentsOf = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === 'Deployment');

describe.skipIf(folder === '')('the kustomize base', { timeout: 300_000 }, () => {
  it('is what the chart renders', () => {
    const rendered = runProgram(process.execPath, [join(kustomizeFolder, 'render-base.mjs'), '--print']);
    expect(readFileSync(join(kustomizeFolder, 'base', 'openrecognize.yaml'), 'utf8')).toBe(rendered);
  });

  it.each(overlays)('builds with the overlay %s, each object in one namespace', (overlay) => {
    const objects = build(overlay);
    expect(deploymentsOf(objects)).toHaveLength(8);
    for (const { metadata } of objects) expect(metadata).toMatchObject({ namespace: 'openrecognize' });
  });

  it('runs one pod of each service in the small overlay, on an object store of its own', () => {
    const objects = build('small');
    for (const { spec } of objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'))
      expect([spec.minReplicas, spec.maxReplicas]).toEqual([1, 1]);
    const storage = deploymentsOf(objects).find(({ metadata }) => metadata.name.endsWith('circuit-storage'));
    const { env } = storage?.spec.template.spec.containers[0] ?? {};
    expect(env).toContainEqual({ name: 'S3_FORCE_PATH_STYLE', value: 'true' });
  });

  it('takes every image from the registry of the production overlay', () => {
    for (const { spec } of deploymentsOf(build('production')))
      expect(spec.template.spec.containers[0].image).toMatch(/^registry\.example\.com\/openrecognize\//);
  });

  it('asks for no user id on OpenShift', () => {
    for (const { spec } of deploymentsOf(build('openshift'))) {
      expect(spec.template.spec.securityContext).toEqual({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });
});
