import { deleteUser, listAuthentications, listOperations, readUser, unlockUser } from '../api.js';
import { element } from '../element.js';
import { outcomes } from '../format.js';
import { confirmById, openDialog } from '../parts/dialog.js';
import { textField } from '../parts/fields.js';
import { badge, copyButton, facts, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead, section } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';
import { authenticationColumns } from './authentications.js';
import { operationColumns } from './operations.js';
import { deviceTable } from './user-devices.js';

const RECENT = 10;

/** Asks for a reason, then unlocks. Resolves to true once that is done. */
export const askToUnlock = (userId) => {
  const reason = textField(
    {
      label: 'Reason',
      name: 'reason',
      hint: 'Goes into the audit trail. Leave personal data out.',
    },
    { maxlength: '256' },
  );
  return openDialog({
    title: 'Unlock this user?',
    submit: 'Unlock',
    content: [
      element('p', {}, 'The suspension ends now and the failures before it are forgotten.'),
      element('p', { class: 'full-id' }, userId),
      reason.field,
    ],
    onSubmit: () => unlockUser(userId, reason.input.value.trim()),
  });
};

const askToDelete = (userId) =>
  confirmById({
    title: 'Delete this user?',
    text: 'Devices, circuits and the history of authentications go for good. Whoever comes back enrolls anew.',
    id: userId,
    submit: 'Delete user',
    onConfirm: () => deleteUser(userId),
  });

/** Leaves for the list of users. What a page says is gone when another one is shown: this is said after that. */
const leaveDeleted = () => {
  addEventListener('hashchange', () => showNotice('The user is deleted.'), { once: true });
  location.hash = '#/users';
};

const lockoutPanel = ({ lockedUntilMs, failures, remainingAttempts }) =>
  element(
    'div',
    { class: 'panel' },
    facts([
      ['State', lockedUntilMs === undefined ? badge('Active', 'yes') : badge('Locked out', 'no')],
      ...(lockedUntilMs === undefined ? [] : [['Until', time(lockedUntilMs)]]),
      ['Failures', String(failures)],
      ['Attempts left', String(remainingAttempts)],
    ]),
  );

const userPanel = ({ userId, externalUserId, createdAtMs }) =>
  element(
    'div',
    { class: 'panel' },
    facts([
      ['User id', element('span', { class: 'whole-id' }, userId, ' ', copyButton(userId, 'the user id'))],
      ['External id', externalUserId ?? element('span', { class: 'muted' }, 'none')],
      ['Enrolled', time(createdAtMs)],
    ]),
  );

const withoutUser = (columns) => columns.filter(({ label }) => label !== 'User');

const recentSection = (title, href, load, render) => {
  const container = body();
  loadInto(container, load, render);
  return section(title, [element('a', { href }, 'Show all')], container);
};

const recentAuthentications = (userId) =>
  recentSection(
    'Recent authentications',
    `#/authentications?userId=${userId}`,
    () => listAuthentications({ userId, limit: RECENT }),
    ({ authentications: rows }) =>
      rows.length === 0
        ? emptyState(
            'None yet',
            `Each one appears here as ${outcomes.match.text.toLowerCase()} or with its reason.`,
          )
        : table({ caption: 'Recent authentications', columns: withoutUser(authenticationColumns), rows }),
  );

const recentOperations = (userId) =>
  recentSection(
    'Operations',
    `#/operations?userId=${userId}`,
    () => listOperations({ userId, limit: RECENT }),
    ({ operations: rows }) =>
      rows.length === 0
        ? emptyState('None yet', 'What the user approves by face appears here.')
        : table({ caption: 'Operations of the user', columns: withoutUser(operationColumns), rows }),
  );

/** Nothing where there is neither a suspension nor a failure. */
const unlockButton = (session, { lockedUntilMs, failures }, unlock) => {
  if (lockedUntilMs !== undefined) return actionButton(session, 'Unlock', unlock, { style: 'primary' });
  return failures === 0 ? null : actionButton(session, 'Forget failures', unlock, { style: 'quiet' });
};

/** @param {import('../main.js').PageContext} context */
export const userDetailPage = ({ root, params: [userId], session }) => {
  const unlockPlace = element('span');
  const removePlace = element('span');
  const detail = body();
  const afterwards = async (text) => {
    showNotice(text);
    await show();
    root.querySelector('h1').focus();
  };
  const unlock = async () => {
    if (await askToUnlock(userId)) await afterwards('The user is unlocked.');
  };
  const remove = async () => {
    if (await askToDelete(userId)) leaveDeleted();
  };
  const removeButton = actionButton(session, 'Delete user', remove, { style: 'quiet risky' });
  const show = () =>
    loadInto(
      detail,
      () => readUser(userId),
      ({ user, devices, lockout }) => {
        unlockPlace.replaceChildren(...[unlockButton(session, lockout, unlock)].filter(Boolean));
        removePlace.replaceChildren(...[removeButton].filter(Boolean));
        const identity = section('Identity', [], userPanel(user));
        const afterDeletion = () => afterwards('The device is deleted.');
        return [
          element('div', { class: 'columns' }, identity, section('Lockout', [], lockoutPanel(lockout))),
          section('Devices', [], deviceTable(session, userId, devices, afterDeletion)),
        ];
      },
    );
  root.replaceChildren(
    pageHead({
      title: 'User',
      trail: element('a', { href: '#/users' }, 'Users'),
      actions: [removePlace, unlockPlace],
    }),
    detail,
    recentAuthentications(userId),
    recentOperations(userId),
  );
  return show();
};
