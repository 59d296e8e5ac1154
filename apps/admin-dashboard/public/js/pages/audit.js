import { listAuditEntries, verifyAudit } from '../api.js';
import { element } from '../element.js';
import { countOf } from '../format.js';
import { selectField } from '../parts/fields.js';
import { copyButton, dottedName, time } from '../parts/marks.js';
import { pageHead } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';

const plain = (value) =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** Each name that changed with its value before and after. */
const changesOf = ({ before = {}, after = {} }) => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return undefined;
  return element(
    'div',
    { class: 'changes' },
    ...names.map((name) =>
      element(
        'span',
        {},
        `${name}: `,
        name in before ? element('del', {}, plain(before[name])) : null,
        name in before && name in after ? ' → ' : null,
        name in after ? element('ins', {}, plain(after[name])) : null,
      ),
    ),
  );
};

const LONG_WORD = /[0-9A-Fa-f-]{33,}/;

/** A target whose long id is cut, whole in its title. */
const targetOf = ({ target }) =>
  element(
    'span',
    { title: target },
    target.replace(LONG_WORD, (word) => `${word.slice(0, 8)}…${word.slice(-4)}`),
  );

const columns = [
  { label: 'No.', kind: 'number', cell: ({ sequence }) => String(sequence) },
  { label: 'Time', cell: ({ occurredAtMs }) => time(occurredAtMs) },
  {
    label: 'Who',
    cell: ({ actor }) =>
      actor.name ?? (actor.kind === 'api-key' ? `key ${actor.id}` : actor.id || actor.kind),
  },
  { label: 'Action', cell: ({ action }) => dottedName(action) },
  { label: 'Target', cell: targetOf },
  { label: 'Change', cell: changesOf },
];

const chainSeal = ({ intact, checkedEntries, firstBrokenSequence, prunedSequence, headHash }) =>
  element(
    'div',
    { class: 'seal', 'data-tone': intact ? 'yes' : 'no' },
    element(
      'strong',
      {},
      intact ? 'The chain is intact' : `The chain breaks at entry ${firstBrokenSequence ?? '?'}`,
    ),
    element(
      'span',
      {},
      intact
        ? `${countOf(checkedEntries, 'entry', 'entries')} checked.`
        : 'An entry was removed or altered. Compare with a backup and with the hash you noted.',
      prunedSequence > 0 ? ` Entries up to ${prunedSequence} were removed by retention.` : '',
    ),
    element('span', { class: 'whole-id' }, 'Head ', headHash, ' ', copyButton(headHash, 'the head hash')),
  );

/** @param {import('../main.js').PageContext} context */
export const auditPage = ({ root, session, query, rememberQuery }) => {
  const scope = selectField(
    { label: 'Trail of', name: 'scope' },
    [
      ...(session.customers.length > 0 ? [['tenant', 'This tenant']] : []),
      ...(session.scope === 'installation'
        ? [['installation', 'The installation: sign-ins, operators and tenants']]
        : []),
    ],
    query.get('scope') ?? 'tenant',
  );
  const chain = body();
  const container = body();
  const list = pagedList({
    container,
    load: async (before) => {
      const { entries, next } = await listAuditEntries({ scope: scope.input.value, before });
      return { rows: entries, next };
    },
    render: (rows) => table({ caption: 'Audit trail', columns, rows }),
    empty: () => emptyState('Nothing yet', 'Every administrative act is written here.'),
  });
  const show = () =>
    Promise.all([loadInto(chain, () => verifyAudit({ scope: scope.input.value }), chainSeal), list()]);
  scope.input.addEventListener('change', () => {
    rememberQuery({ scope: scope.input.value });
    show();
  });
  root.replaceChildren(
    pageHead({
      title: 'Audit trail',
      lead: 'Who changed what. Each entry is chained to the one before it; note the head hash elsewhere to prove it later.',
    }),
    element('div', { class: 'filters' }, scope.field),
    chain,
    container,
  );
  return show();
};
