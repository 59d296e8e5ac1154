/** Writes `custom-elements.json` and prints the tables of the README. Run after `tsc -b`. */
import { writeFileSync } from 'node:fs';
import { customElementsManifest } from '../dist/elements/recognition/custom-elements-manifest.js';
import { ELEMENT_ATTRIBUTES } from '../dist/elements/recognition/element-attributes.js';
import {
  ELEMENT_EVENTS,
  ELEMENT_METHODS,
  ELEMENT_SLOTS,
} from '../dist/elements/recognition/element-reference.js';

writeFileSync(
  new URL('../custom-elements.json', import.meta.url),
  `${JSON.stringify(customElementsManifest(), null, 2)}\n`,
);

const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const rows = (list) => list.map(({ name, description }) => [`\`${name}\``, description]);

console.log(
  table(
    ['Attribute', 'Property', 'Type', ''],
    ELEMENT_ATTRIBUTES.map(({ attribute, property, shape, description }) => [
      `\`${attribute}\``,
      `\`${property}\``,
      shape.replace(' | undefined', '').replaceAll('|', 'or'),
      description,
    ]),
  ),
);
for (const [head, list] of [
  ['Event', ELEMENT_EVENTS],
  ['Slot', ELEMENT_SLOTS],
  ['Method', ELEMENT_METHODS],
]) {
  console.log(`\n${table([head, ''], rows(list))}`);
}
