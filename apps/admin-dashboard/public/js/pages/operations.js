import { listOperations } from '../api.js';
import { element } from '../element.js';
import { badge, id, time, userLink } from '../parts/marks.js';
import { pageHead } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';
import { userFilterNote } from './authentications.js';

export const operationColumns = [
  { label: 'Created', cell: ({ createdAtMs }) => time(createdAtMs) },
  { label: 'Operation', cell: ({ operationId }) => id(operationId) },
  { label: 'User', cell: ({ userId }) => userLink(userId) },
  {
    label: 'State',
    cell: ({ state }) => (state === 'approved' ? badge('Approved', 'yes') : badge('Pending', 'wait')),
  },
  { label: 'Payload', cell: ({ payload }) => payload && element('code', { class: 'whole-id' }, payload) },
];

/** @param {import('../main.js').PageContext} context */
export const operationsPage = ({ root, query }) => {
  const userId = query.get('userId') ?? undefined;
  const container = body();
  const showFirst = pagedList({
    container,
    load: async (before) => {
      const { operations, next } = await listOperations({ userId, before });
      return { rows: operations, next };
    },
    render: (rows) => table({ caption: 'Operations', columns: operationColumns, rows }),
    empty: () => emptyState('No operations', 'What a face approved, or is asked to approve, appears here.'),
  });
  root.replaceChildren(
    ...[
      pageHead({
        title: 'Operations',
        lead: 'What users approved by face, or are asked to, the newest first.',
      }),
      userId ? userFilterNote(userId, '#/operations') : null,
      container,
    ].filter(Boolean),
  );
  return showFirst();
};
