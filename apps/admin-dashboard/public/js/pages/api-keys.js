import { createApiKey, listApiKeys, revokeApiKey } from '../api.js';
import { confirmById, openDialog, showSecret } from '../parts/dialog.js';
import { choiceField } from '../parts/fields.js';
import { keyKinds, keyKindText } from '../parts/key-kinds.js';
import { badge, id, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';

const columns = [
  { label: 'Key', cell: ({ apiKeyId }) => id(apiKeyId) },
  { label: 'Kind', cell: ({ kind }) => keyKindText[kind] },
  { label: 'Created', cell: ({ createdAtMs }) => time(createdAtMs) },
  { label: 'Last used', cell: ({ lastUsedDay }) => (lastUsedDay ? `${lastUsedDay} (UTC)` : 'never') },
  {
    label: 'State',
    cell: ({ revokedAtMs }) => (revokedAtMs === undefined ? badge('Valid', 'yes') : badge('Revoked')),
  },
];

/** @param {import('../main.js').PageContext} context */
export const apiKeysPage = ({ root, session }) => {
  const container = body();
  const revoke = async ({ apiKeyId, kind }) => {
    const isDone = await confirmById({
      title: `Revoke this ${kind} key?`,
      text: 'Whoever uses it is refused, within the time services remember keys. This cannot be undone.',
      id: apiKeyId,
      submit: 'Revoke',
      onConfirm: () => revokeApiKey(apiKeyId),
    });
    if (!isDone) return;
    showNotice('The key is revoked.');
    await show();
    root.querySelector('h1').focus();
  };
  const create = async () => {
    const kind = choiceField({ legend: 'Kind', name: 'kind', type: 'radio' }, keyKinds, ['mobile']);
    let created;
    const isDone = await openDialog({
      title: 'Create an API key',
      submit: 'Create',
      content: [kind.field],
      onSubmit: async () => {
        created = await createApiKey(kind.values()[0]);
      },
    });
    if (!isDone) return;
    await show();
    await showSecret({
      title: `Your new ${created.kind} key`,
      text: 'The server keeps only a hash of it.',
      secret: created.key,
    });
    showNotice(`The ${created.kind} key ${created.apiKeyId} is created.`);
  };
  const action = {
    label: 'Actions',
    kind: 'actions',
    cell: (key) =>
      key.revokedAtMs === undefined
        ? actionButton(session, 'Revoke', () => revoke(key), {
            style: 'quiet small risky',
            label: `Revoke key ${key.apiKeyId}`,
          })
        : undefined,
  };
  const show = () =>
    loadInto(container, listApiKeys, (rows) =>
      rows.length === 0
        ? emptyState('No keys', 'Create a mobile key for devices and a secret key for your servers.')
        : table({
            caption: 'API keys',
            columns: session.role === 'admin' ? [...columns, action] : columns,
            rows,
          }),
    );
  root.replaceChildren(
    pageHead({
      title: 'API keys',
      lead: 'Keys of this tenant. Their text is shown once, when they are created.',
      actions: [actionButton(session, 'Create key', create, { style: 'primary' })],
    }),
    container,
  );
  return show();
};
