import { ApiError, chosenTenant, createTenant, listTenants } from '../api.js';
import { element } from '../element.js';
import { openDialog, showSecrets } from '../parts/dialog.js';
import { textField } from '../parts/fields.js';
import { keyKinds, keyKindText } from '../parts/key-kinds.js';
import { badge, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const purposes = Object.fromEntries(keyKinds.map(([kind, , purpose]) => [kind, purpose]));

const columns = [
  {
    label: 'Tenant',
    cell: ({ customer }) => [
      element('strong', {}, customer),
      ...(customer === chosenTenant() ? [' ', badge('Shown now', 'yes')] : []),
    ],
  },
  { label: 'Customer number', kind: 'number', cell: ({ sdkCustomerId }) => String(sdkCustomerId) },
  { label: 'Created', cell: ({ createdAtMs }) => time(createdAtMs) },
];

/** Asks for a name until the server takes it. @returns the tenant with its keys, or undefined */
const askForTenant = async () => {
  const name = textField(
    {
      label: 'Customer name',
      name: 'customer',
      hint: 'Letters, digits, and . _ - Apps and addresses carry it: it cannot be changed.',
    },
    { autocapitalize: 'none', maxlength: '64' },
  );
  const complain = (text) => {
    name.complain(text);
    name.input.focus();
    return false;
  };
  let created;
  await openDialog({
    title: 'Create a tenant',
    submit: 'Create',
    content: [name.field],
    onSubmit: async () => {
      const customer = name.input.value.trim();
      if (!NAME.test(customer)) return complain('The name begins with a letter or a digit.');
      name.complain('');
      try {
        created = await createTenant(customer);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'CONFLICT') throw error;
        return complain('There is a tenant of this name.');
      }
      return true;
    },
  });
  return created;
};

/** @param {import('../main.js').PageContext} context */
export const tenantsPage = ({ root, session, enterTenant, showFailure }) => {
  const container = body();
  const create = async () => {
    const created = await askForTenant();
    if (created === undefined) return;
    const { customer, apiKeys } = created;
    await showSecrets({
      title: `API keys of ${customer}`,
      text: 'Copy them now: the server keeps only hashes, and they are not shown again.',
      submit: 'I have stored them',
      secrets: apiKeys.map(({ kind, key }) => ({
        label: `${keyKindText[kind]} key`,
        hint: purposes[kind],
        what: `the ${kind} key`,
        value: key,
      })),
    });
    try {
      await enterTenant(customer);
      showNotice(`Tenant ${customer} is created. The other pages show it now.`);
    } catch (error) {
      showFailure(error);
    }
  };
  root.replaceChildren(
    pageHead({
      title: 'Tenants',
      lead: 'Each has its own users, API keys and settings, and sees nothing of the others.',
      actions: [
        session.scope === 'installation'
          ? actionButton(session, 'Create tenant', create, { style: 'primary' })
          : null,
      ],
    }),
    container,
  );
  return loadInto(container, listTenants, (rows) =>
    rows.length === 0
      ? emptyState('No tenant yet', 'Create one and hand its keys to your developers.')
      : table({ caption: 'Tenants', columns, rows }),
  );
};
