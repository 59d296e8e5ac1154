import { element, svgElement } from './element.js';

const nodes = {
  'client-party': { title: 'client party', role: 'the device' },
  'core-daemon': { title: 'core-daemon', role: 'evaluates' },
  'circuit-storage': { title: 'circuit-storage', role: 'circuits, used once' },
  'auth-vault': { title: 'auth-vault', role: 'match tokens, signatures' },
  'node-persistence': { title: 'node-persistence', role: 'users, lockout, sealed blobs' },
  'operations-service': { title: 'operations-service', role: 'server API, to integrators' },
};

/** Keys and users are remembered for a while, so the page can't tell whether the other service was asked. */
const unknown = () => false;

/** What decides how the picture is lit: parties that have entries, and the texts of all entries. */
const trafficOf = (accounts) => ({
  lit: new Set(accounts.filter(({ entries }) => entries.length > 0).map(({ party }) => party)),
  texts: accounts.flatMap(({ entries }) => entries.map(({ text }) => text)),
});

const isEdgeLit = ({ between, isUsed = () => true }, traffic) =>
  between.every((party) => traffic.lit.has(party)) && isUsed(traffic);

/** Boxes as x, y, width, height; edges as a path from a party to another and a label with its place. */
const wide = {
  name: 'wide',
  size: [1020, 372],
  boxes: {
    'client-party': [2, 148, 190, 76],
    'core-daemon': [306, 148, 138, 76],
    'circuit-storage': [568, 2, 222, 76],
    'auth-vault': [568, 148, 222, 76],
    'node-persistence': [568, 294, 222, 76],
    'operations-service': [822, 221, 196, 76],
  },
  edges: [
    {
      between: ['client-party', 'core-daemon'],
      path: 'M192 174H298',
      label: ['labels, circuits', 245, 164, 'middle'],
    },
    {
      between: ['core-daemon', 'client-party'],
      path: 'M306 200H200',
      label: ['verdict, JWT', 253, 220, 'middle'],
    },
    {
      between: ['core-daemon', 'circuit-storage'],
      path: 'M375 148V60Q375 40 395 40H560',
      label: ['circuits', 472, 30, 'middle'],
    },
    {
      between: ['core-daemon', 'auth-vault'],
      path: 'M444 186H560',
      label: ['signature, label', 502, 176, 'middle'],
    },
    {
      between: ['core-daemon', 'node-persistence'],
      path: 'M375 224V312Q375 332 395 332H560',
      label: ['user, outcome', 472, 354, 'middle'],
    },
    {
      between: ['auth-vault', 'node-persistence'],
      path: 'M679 224V286',
      label: ['match tokens', 667, 260, 'end'],
      isUsed: ({ texts }) => texts.some((text) => text.includes('match token')),
    },
    {
      between: ['operations-service', 'auth-vault'],
      path: 'M920 221V206Q920 186 900 186H798',
      isUsed: unknown,
    },
    {
      between: ['operations-service', 'node-persistence'],
      path: 'M920 297V312Q920 332 900 332H798',
      isUsed: unknown,
    },
  ],
};

const narrow = {
  name: 'narrow',
  size: [320, 560],
  boxes: {
    'client-party': [2, 2, 316, 66],
    'core-daemon': [2, 126, 316, 66],
    'circuit-storage': [52, 218, 266, 66],
    'auth-vault': [52, 304, 266, 66],
    'node-persistence': [52, 390, 266, 66],
    'operations-service': [2, 492, 316, 66],
  },
  edges: [
    {
      between: ['client-party', 'core-daemon'],
      path: 'M110 68V118',
      label: ['labels, circuits', 102, 98, 'end'],
    },
    {
      between: ['core-daemon', 'client-party'],
      path: 'M210 126V76',
      label: ['verdict, JWT', 218, 102, 'start'],
    },
    { between: ['core-daemon', 'circuit-storage'], path: 'M26 192V251H44' },
    { between: ['core-daemon', 'auth-vault'], path: 'M26 192V337H44' },
    { between: ['core-daemon', 'node-persistence'], path: 'M26 192V423H44' },
    { between: ['operations-service', 'node-persistence'], path: 'M185 492V464', isUsed: unknown },
  ],
};

const nodeOf = (party, [x, y, width, height], lit) =>
  svgElement(
    'g',
    { class: 'node', 'data-lit': lit.has(party) },
    svgElement('rect', { x, y, width, height, rx: 12 }),
    svgElement('text', { x: x + 16, y: y + height / 2 - 5 }, nodes[party].title),
    svgElement('text', { class: 'role', x: x + 16, y: y + height / 2 + 17 }, nodes[party].role),
  );

const edgeOf = (edge, layout, traffic) => {
  const { path, label } = edge;
  const isLit = isEdgeLit(edge, traffic);
  const marker = `arrow-${layout}${isLit ? '-lit' : ''}`;
  return [
    svgElement('path', { class: 'edge', d: path, 'marker-end': `url(#${marker})`, 'data-lit': isLit }),
    ...(label
      ? [
          svgElement(
            'text',
            { class: 'edge-text', x: label[1], y: label[2], 'text-anchor': label[3] },
            label[0],
          ),
        ]
      : []),
  ];
};

const markerOf = (layout, isLit) =>
  svgElement(
    'marker',
    {
      id: `arrow-${layout}${isLit ? '-lit' : ''}`,
      viewBox: '0 0 8 8',
      refX: 1,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: 'userSpaceOnUse',
      orient: 'auto',
    },
    svgElement('path', { class: 'arrow', d: 'M0 0L8 4L0 8Z', 'data-lit': isLit }),
  );

const draw = ({ name, size, boxes, edges }, traffic, description) => {
  // Lit edges last, so that none of them is crossed out by another.
  const ordered = [...edges].sort((a, b) => Number(isEdgeLit(a, traffic)) - Number(isEdgeLit(b, traffic)));
  return svgElement(
    'svg',
    { class: name, viewBox: `0 0 ${size[0]} ${size[1]}`, role: 'img', 'aria-label': description },
    svgElement('defs', {}, markerOf(name, false), markerOf(name, true)),
    ...ordered.flatMap((edge) => edgeOf(edge, name, traffic)),
    ...Object.entries(boxes).map(([party, box]) => nodeOf(party, box, traffic.lit)),
  );
};

/**
 * The flow as a picture, once for wide and once for narrow pages; parties that took part are marked.
 *
 * @param {HTMLElement} host
 * @param {ReadonlyArray<{ party: string, entries: ReadonlyArray<{ text: string }> }>} [accounts]
 */
export const showFlow = (host, accounts = []) => {
  const traffic = trafficOf(accounts);
  const described =
    traffic.lit.size === 0
      ? ''
      : ` In this request took part: ${[...traffic.lit].map((party) => nodes[party]?.title ?? party).join(', ')}.`;
  const description =
    'The client party sends labels and circuits to the core-daemon and gets the verdict and the JWT. The ' +
    'core-daemon asks circuit-storage for one circuit, auth-vault to judge one output label, and node-persistence ' +
    'to record the outcome. auth-vault leaves its match tokens with node-persistence. The operations-service serves ' +
    `the integrator.${described}`;
  host.replaceChildren(
    element('figure', {}, draw(wide, traffic, description), draw(narrow, traffic, description)),
  );
};
