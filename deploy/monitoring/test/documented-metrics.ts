import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));
export const monitoringFolder = fileURLToPath(new URL('..', import.meta.url));

export const readText = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();

/** The metrics that docs/metrics.md describes: the first cell of a row each. */
export const documentedMetrics = (): readonly string[] =>
  namesIn(readText('docs/metrics.md'), /^\s*\| `(openrecognize_[a-z_]+)` \|/gm);

/** The types docs/metrics.md gives them. */
export const documentedTypes = (): ReadonlyMap<string, string> =>
  new Map(
    [...readText('docs/metrics.md').matchAll(/^\s*\| `(openrecognize_[a-z_]+)` \| (\w+) \|/gm)].map(
      ([, name = '', type = '']) => [name, type],
    ),
  );

const sourceFolders = (): readonly string[] => [
  'packages/service-kit/src',
  ...readdirSync(join(repositoryRoot, 'services')).map((service) => `services/${service}/src`),
];

/** The metrics the source makes: names in quotes, in files that are no tests. */
export const metricsInSource = (): readonly string[] => {
  const texts = sourceFolders().flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readText(`${folder}/${file}`)),
  );
  return namesIn(texts.join('\n'), /'(openrecognize_[a-z_]+)'/g);
};

/** The metrics an expression or any other text speaks of, without the suffixes of histogram series. */
export const metricsUsedIn = (text: string): readonly string[] => {
  const known = new Set(documentedMetrics());
  const names = namesIn(text, /\b(openrecognize_[a-z_]+)\b/g);
  const familyOf = (name: string): string => {
    const family = name.replace(/_(bucket|count|sum)$/, '');
    return known.has(name) ? name : family;
  };
  return [...new Set(names.map(familyOf))];
};

export const undocumentedIn = (text: string): readonly string[] => {
  const known = new Set(documentedMetrics());
  return metricsUsedIn(text).filter((name) => !known.has(name));
};
