import { listAuthentications } from '../api.js';
import { element } from '../element.js';
import { outcomes, shortId } from '../format.js';
import { selectField } from '../parts/fields.js';
import { badge, id, time, userLink } from '../parts/marks.js';
import { pageHead } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';

export const authenticationColumns = [
  { label: 'Time', cell: ({ createdAtMs }) => time(createdAtMs) },
  { label: 'User', cell: ({ userId }) => userLink(userId) },
  { label: 'Outcome', cell: ({ outcome }) => badge(outcomes[outcome].text, outcomes[outcome].tone) },
  { label: 'Reason', cell: ({ outcome }) => element('span', { class: 'hint' }, outcomes[outcome].reason) },
  { label: 'Device', cell: ({ deviceId }) => id(deviceId) },
  { label: 'Operation', cell: ({ operationId }) => operationId && id(operationId) },
];

/** Says that a list is of one user only, with the way to all. */
export const userFilterNote = (userId, href) =>
  element(
    'p',
    {},
    'Of user ',
    element('a', { class: 'id', href: `#/users/${userId}` }, shortId(userId)),
    '. ',
    element('a', { href }, 'Show all users'),
  );

/** @param {import('../main.js').PageContext} context */
export const authenticationsPage = ({ root, query, rememberQuery }) => {
  const userId = query.get('userId') ?? undefined;
  const choices = Object.entries(outcomes).map(([key, { text }]) => [key, text]);
  const outcome = selectField(
    { label: 'Outcome', name: 'outcome' },
    [['', 'All'], ...choices],
    query.get('outcome') ?? '',
  );
  const container = body();
  const showFirst = pagedList({
    container,
    load: async (before) => {
      const answer = await listAuthentications({ userId, outcome: outcome.input.value, before });
      return { rows: answer.authentications, next: answer.next };
    },
    render: (rows) => table({ caption: 'Authentications', columns: authenticationColumns, rows }),
    empty: () => emptyState('No authentications', 'None were recorded, or retention has removed them.'),
  });
  outcome.input.addEventListener('change', () => {
    rememberQuery({ userId, outcome: outcome.input.value });
    showFirst();
  });
  root.replaceChildren(
    ...[
      pageHead({ title: 'Authentications', lead: 'Every attempt and its outcome, the newest first.' }),
      userId ? userFilterNote(userId, '#/authentications') : null,
      element('div', { class: 'filters' }, outcome.field),
      container,
    ].filter(Boolean),
  );
  return showFirst();
};
