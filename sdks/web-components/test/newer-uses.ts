import { parseAst } from 'rolldown/parseAst';
import { NEWER_GLOBALS, NEWER_MEMBERS, NOT_EVERYWHERE, namesOf } from './newer-than-minimum.ts';

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';

/** Names of members of instances, which stand after any expression. */
const memberNames = new Set([
  ...NOT_EVERYWHERE,
  ...Object.entries(NEWER_MEMBERS).flatMap(([owner, { only }]) =>
    owner.endsWith('.prototype') ? namesOf(only) : [],
  ),
]);
/** Members of classes and namespaces, with their owner. */
const ownedNames = new Set(
  Object.entries(NEWER_MEMBERS).flatMap(([owner, { only, shared }]) =>
    owner.endsWith('.prototype')
      ? []
      : [...namesOf(only), ...namesOf(shared)].map((name) => `${owner}.${name}`),
  ),
);
const globalNames = new Set([...NEWER_GLOBALS, ...NOT_EVERYWHERE]);
const GLOBAL_OBJECTS = new Set(['globalThis', 'self', 'window']);

const nameOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return String(node['name']);
  return node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
};

const usesOfMember = (node: SyntaxNode): string[] => {
  const property = node['property'];
  const isNamed = node['computed'] !== true || (isNode(property) && property.type === 'Literal');
  const name = isNamed ? nameOf(property) : undefined;
  if (name === undefined) return [];
  const owner = nameOf(node['object']) ?? '';
  if (memberNames.has(name) || (GLOBAL_OBJECTS.has(owner) && globalNames.has(name))) return [name];
  return ownedNames.has(`${owner}.${name}`) ? [`${owner}.${name}`] : [];
};

const usesOfPattern = (node: SyntaxNode): string[] =>
  (node['properties'] as SyntaxNode[])
    .map(({ key, computed }) => (computed === true ? undefined : nameOf(key)))
    .filter((name) => name !== undefined && memberNames.has(name)) as string[];

const usesOfRegex = (node: SyntaxNode): string[] => {
  const regex = node['regex'] as { readonly pattern: string; readonly flags: string } | undefined;
  if (regex === undefined) return [];
  return regex.flags.includes('v') || /\(\?[ims]*-?[ims]*:(?<!\(\?:)/.test(regex.pattern)
    ? [`/${regex.pattern}/${regex.flags}`]
    : [];
};

/** Children of a node, less names that are no reference: `a.NAME`, `{ NAME: a }`, methods and labels. */
const childrenOf = (node: SyntaxNode): unknown[] =>
  Object.entries(node)
    .filter(([key]) => !(['property', 'key', 'label'].includes(key) && node['computed'] !== true))
    .map(([, value]) => value);

const eachNode = (code: string, tell: (node: SyntaxNode) => void): void => {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (!isNode(node)) return;
    tell(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseAst(code));
};

/** Names and expressions of a script that browsers of the minimum don't know, sorted. */
export const findNewerUses = (code: string): string[] => {
  const found = new Set<string>();
  eachNode(code, (node) => {
    const name = node.type === 'Identifier' ? String(node['name']) : '';
    if (globalNames.has(name)) found.add(name);
    if (node.type === 'MemberExpression') for (const use of usesOfMember(node)) found.add(use);
    if (node.type === 'ObjectPattern') for (const use of usesOfPattern(node)) found.add(use);
    if (node.type === 'Literal') for (const use of usesOfRegex(node)) found.add(use);
  });
  return [...found].sort();
};

/** Texts of a script that are style sheets; a script within the script is none. */
const styleSheetsOf = (code: string): string[] => {
  const sheets: string[] = [];
  eachNode(code, ({ type, value }) => {
    const text = type === 'TemplateElement' ? (value as { readonly cooked: string }).cooked : '';
    if (/\{[^{}]*:[^{}]*\}/.test(text) && !text.includes('=>'))
      sheets.push(text.replace(/\/\*.*?\*\//gs, ''));
  });
  return sheets;
};

/** Chromium 95 and later, Firefox 141 and later, or Safari 18.5 and later. */
const NEWER_CSS: readonly RegExp[] = [
  /(?<=\d)(?:cq(?:w|h|i|b|min|max)|[dsl]v(?:w|h|i|b|min|max)|v[ib]|r?ic|r?lh|rcap|rch|rex|cap)\b/g,
  /:(?:has|dir|state|user-valid|user-invalid|popover-open|modal|open|host-context|active-view-transition)\b/g,
  /@(?:container|layer|scope|starting-style|position-try|view-transition|font-palette-values|function|when)\b/g,
  /\b(?:color-mix|oklch|oklab|lch|lab|light-dark|color|contrast-color|linear|round|mod|rem|sin|cos|tan|pow|sqrt|hypot|abs|sign|anchor|image-set|if|attr)\(/g,
  /(?<=[;{\s])(?:container(?:-type|-name)?|text-wrap(?:-mode|-style)?|translate|rotate|scale|field-sizing|interpolate-size|anchor-name|position-anchor|position-area|view-transition-name|white-space-collapse|text-box(?:-trim|-edge)?|mask(?:-image)?|scrollbar-(?:color|width)|zoom|inert|hyphenate-character|font-palette|animation-(?:timeline|composition)|transition-behavior|contain-intrinsic-(?:size|width|height|inline-size|block-size)|offset(?:-path|-position)?|backdrop-filter|print-color-adjust|overlay|reading-flow)(?=\s*:)/g,
  /(?<=:\s*)(?:subgrid|masonry|balance|pretty|stable)(?=\s*[;}])/g,
  /(?<=[{;}]\s*)&/g,
];

/** Units, functions, properties, selectors and rules of a script's style sheets that the minimum doesn't know, sorted. */
export const findNewerStyles = (code: string): string[] => {
  const found = styleSheetsOf(code).flatMap((sheet) =>
    NEWER_CSS.flatMap((pattern) => [...sheet.matchAll(pattern)].map(([text]) => text)),
  );
  return [...new Set(found)].sort();
};
