import { listLockouts } from '../api.js';
import { formatDuration } from '../format.js';
import { time, userLink } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';
import { askToUnlock } from './user-detail.js';

const columns = [
  { label: 'User', cell: ({ userId }) => userLink(userId) },
  { label: 'External id', cell: ({ externalUserId }) => externalUserId },
  { label: 'Until', cell: ({ lockedUntilMs }) => time(lockedUntilMs) },
  {
    label: 'Time left',
    cell: ({ lockedUntilMs }) => formatDuration((lockedUntilMs - Date.now()) / 1_000),
  },
];

/** @param {import('../main.js').PageContext} context */
export const lockoutsPage = ({ root, session }) => {
  const container = body();
  const unlock = async (userId) => {
    if (!(await askToUnlock(userId))) return;
    showNotice('The user is unlocked.');
    await showFirst();
    root.querySelector('h1').focus();
  };
  const action = {
    label: 'Actions',
    kind: 'actions',
    cell: ({ userId }) =>
      actionButton(session, 'Unlock', () => unlock(userId), { label: `Unlock user ${userId}` }),
  };
  const showFirst = pagedList({
    container,
    load: async (after) => {
      const { lockouts, next } = await listLockouts({ after });
      return { rows: lockouts, next };
    },
    render: (rows) =>
      table({
        caption: 'Users who are locked out',
        columns: session.role === 'admin' ? [...columns, action] : columns,
        rows,
      }),
    empty: () => emptyState('Nobody is locked out', 'Users appear here after too many failures in a row.'),
  });
  root.replaceChildren(
    pageHead({ title: 'Lockouts', lead: 'Users who are suspended now, after too many failed attempts.' }),
    container,
  );
  return showFirst();
};
