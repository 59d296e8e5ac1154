#!/usr/bin/env node
// Writes base/openrecognize.yaml from the chart; with --print it goes to the standard output.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const chart = join(folder, '..', 'helm', 'openrecognize');
const run = (file, args) => execFileSync(file, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

const tools = run(process.execPath, [join(folder, '..', 'helm', 'install-helm.mjs')]).trim();
const rendered = run(join(tools, 'helm'), [
  ...['template', 'openrecognize', chart, '--namespace', 'openrecognize'],
  ...['--values', join(folder, 'base', 'values.yaml')],
])
  // Kustomize is not Helm: what an object was made by would be wrong.
  .replaceAll(/^# Source: .*\n/gm, '')
  .replaceAll('app.kubernetes.io/managed-by: Helm', 'app.kubernetes.io/managed-by: kustomize')
  .replaceAll(/^ *helm\.sh\/chart: .*\n/gm, '')
  .replaceAll(/^ *checksum\/secrets: .*\n/gm, '')
  .replaceAll(/^ *annotations:\n(?= {4}spec:)/gm, '');
const text = `# Rendered from deploy/helm by deploy/kustomize/render-base.mjs: change the chart, then run it again.\n${rendered}`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(join(folder, 'base', 'openrecognize.yaml'), text);
