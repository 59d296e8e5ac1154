import { searchUsers } from '../api.js';
import { element } from '../element.js';
import { selectField, textField } from '../parts/fields.js';
import { badge, time, userLink } from '../parts/marks.js';
import { pageHead } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';

const columns = [
  { label: 'User', cell: ({ userId }) => userLink(userId) },
  { label: 'External id', cell: ({ externalUserId }) => externalUserId },
  { label: 'Enrolled', cell: ({ createdAtMs }) => time(createdAtMs) },
  { label: 'Devices', kind: 'number', cell: ({ deviceCount }) => String(deviceCount) },
  {
    label: 'State',
    cell: ({ lockedUntilMs }) =>
      lockedUntilMs === undefined ? badge('Active', 'yes') : badge('Locked out', 'no'),
  },
];

const HEX = /^[0-9A-Fa-f]{1,64}$/;

/** @param {import('../main.js').PageContext} context */
export const usersPage = ({ root, query, rememberQuery }) => {
  const by = selectField(
    { label: 'Search by', name: 'by' },
    [
      ['userId', 'Start of user id'],
      ['external', 'External id'],
    ],
    query.get('by') ?? 'userId',
  );
  const text = textField(
    { label: 'Search for', name: 'text', wide: true },
    { type: 'search', maxlength: '256', value: query.get('text') ?? '' },
  );
  const container = body();
  const search = () => {
    const value = text.input.value.trim();
    if (value === '') return {};
    return by.input.value === 'external' ? { externalUserId: value } : { userIdPrefix: value };
  };
  const showFirst = pagedList({
    container,
    load: async (after) => {
      const { users, next } = await searchUsers({ ...search(), after });
      return { rows: users, next };
    },
    render: (rows) => table({ caption: 'Users', columns, rows }),
    empty: () =>
      text.input.value.trim() === ''
        ? emptyState('No users yet', 'They appear here once they have enrolled.')
        : emptyState(
            'Nobody found',
            'Check the spelling. A user id is found by its start, an external id whole.',
          ),
  });
  const form = element(
    'form',
    { class: 'filters', role: 'search', novalidate: true },
    by.field,
    text.field,
    element('button', { type: 'submit', class: 'primary' }, 'Search'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = text.input.value.trim();
    const isWrong = by.input.value === 'userId' && value !== '' && !HEX.test(value);
    text.complain(isWrong ? 'A user id has the digits 0 to 9 and A to F, at most 64.' : '');
    if (isWrong) return text.input.focus();
    rememberQuery(value === '' ? {} : { by: by.input.value, text: value });
    showFirst();
  });
  root.replaceChildren(
    pageHead({ title: 'Users', lead: 'Everybody who is enrolled with this tenant.' }),
    form,
    container,
  );
  return showFirst();
};
