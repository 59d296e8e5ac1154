import { type MeasuredImage, refusals } from './measure-images.ts';
import { percent, textTable } from './text-table.ts';

const groupsOf = (images: readonly MeasuredImage[]): Map<string, MeasuredImage[]> => {
  const groups = new Map<string, MeasuredImage[]>();
  for (const image of images) {
    const group = groups.get(image.label) ?? [];
    groups.set(image.label, [...group, image]);
  }
  return groups;
};

/** How often each filter refused a picture, by set; the people's photos show false alarms. */
export const qualityReport = (
  people: readonly MeasuredImage[],
  quality: readonly MeasuredImage[],
): string => {
  const columns = new Map([['lfw', [...people]], ...groupsOf(quality)]);
  const names = [...new Set([...columns.values()].flat().flatMap(({ measurement }) => measurement.filters))]
    .map(({ name }) => name)
    .filter((name, i, all) => all.indexOf(name) === i)
    .sort();
  const rows = names.map((name) => [
    name,
    ...[...columns.values()].map((images) => {
      const count = images.filter((image) => refusals(image).includes(name)).length;
      return count === 0 ? '-' : `${count} (${percent(count / images.length, 1)})`;
    }),
  ]);
  const anyRow = [
    'any filter',
    ...[...columns.values()].map((images) => {
      const count = images.filter((image) => refusals(image).length > 0).length;
      return `${count} (${percent(count / images.length, 1)})`;
    }),
  ];
  const head = ['Filter', ...[...columns].map(([name, images]) => `${name} (${images.length})`)];
  return textTable(head, [...rows, anyRow]);
};
