import { listAuthentications, listOperations, readUser, unlockUser } from '../api.js';
import { element } from '../element.js';
import { countOf, outcomes } from '../format.js';
import { openDialog } from '../parts/dialog.js';
import { textField } from '../parts/fields.js';
import { badge, copyButton, facts, id, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead, section } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';
import { authenticationColumns } from './authentications.js';
import { operationColumns } from './operations.js';

const RECENT = 10;
/** Below this many circuits a device is close to needing a new enrollment. */
const LOW_STOCK = 5;
const FULL_STOCK = 25;

const deviceTypes = { SDK: 'App or browser', BACKUP: 'Backup', TEMPORARY_STATE: 'Temporary state' };
const deviceOrigins = { ANDROID: 'Android', IOS: 'iOS', KEYLESS_AGENT: 'Enrollment agent', WEB: 'Web' };

const stockOf = ({ circuits }) => {
  if (circuits === undefined) return element('span', { class: 'muted' }, 'Not known now');
  const { stock } = circuits;
  const isLow = stock < LOW_STOCK;
  return element(
    'span',
    { class: 'stock', 'data-low': isLow },
    element('progress', {
      value: Math.min(stock, FULL_STOCK),
      max: FULL_STOCK,
      'aria-label': 'Circuit stock',
    }),
    countOf(stock, 'circuit'),
    isLow ? badge(stock === 0 ? 'Used up' : 'Low', 'no') : null,
  );
};

const deviceColumns = [
  { label: 'Device', cell: ({ deviceId }) => id(deviceId) },
  { label: 'Type', cell: ({ deviceType }) => deviceTypes[deviceType] },
  { label: 'Origin', cell: ({ deviceOrigin }) => deviceOrigins[deviceOrigin] },
  {
    label: 'Versions',
    cell: ({ osVersion, sdkVersion }) =>
      [osVersion && `OS ${osVersion}`, sdkVersion && `SDK ${sdkVersion}`].filter(Boolean).join(', ') ||
      undefined,
  },
  { label: 'Stock', cell: stockOf },
  { label: 'Added', cell: ({ createdAtMs }) => time(createdAtMs) },
];

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

/** @param {import('../main.js').PageContext} context */
export const userDetailPage = ({ root, params: [userId], session }) => {
  const unlockPlace = element('span');
  const detail = body();
  const unlock = async () => {
    if (!(await askToUnlock(userId))) return;
    showNotice('The user is unlocked.');
    await show();
    root.querySelector('h1').focus();
  };
  const show = () =>
    loadInto(
      detail,
      () => readUser(userId),
      ({ user, devices, lockout }) => {
        const button =
          lockout.lockedUntilMs === undefined && lockout.failures === 0
            ? null
            : actionButton(
                session,
                lockout.lockedUntilMs === undefined ? 'Forget failures' : 'Unlock',
                unlock,
                {
                  style: lockout.lockedUntilMs === undefined ? 'quiet' : 'primary',
                },
              );
        unlockPlace.replaceChildren(...(button ? [button] : []));
        return [
          element(
            'div',
            { class: 'columns' },
            section('Identity', [], userPanel(user)),
            section('Lockout', [], lockoutPanel(lockout)),
          ),
          section(
            'Devices',
            [],
            devices.length === 0
              ? emptyState('No devices', 'The user has to enroll again to authenticate.')
              : table({ caption: 'Devices of the user', columns: deviceColumns, rows: devices }),
          ),
        ];
      },
    );
  root.replaceChildren(
    pageHead({ title: 'User', trail: element('a', { href: '#/users' }, 'Users'), actions: [unlockPlace] }),
    detail,
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
    ),
    recentSection(
      'Operations',
      `#/operations?userId=${userId}`,
      () => listOperations({ userId, limit: RECENT }),
      ({ operations: rows }) =>
        rows.length === 0
          ? emptyState('None yet', 'What the user approves by face appears here.')
          : table({ caption: 'Operations of the user', columns: withoutUser(operationColumns), rows }),
    ),
  );
  return show();
};
